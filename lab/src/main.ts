/** Starts the lab. */
import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/fonts.css";
import "./styles/base.css";
import { theme } from "./shell/theme.svelte.ts";

theme.apply(document.documentElement);
const target = document.getElementById("lab");
if (!target) throw new Error("the page has no place for the lab");
mount(App, { target });
