/** Light or dark: the reader's choice, else the system's. */
import { dark, light, type Palette } from "../draw/palette.ts";

export type ThemeChoice = "system" | "light" | "dark";

const KEY = "natgrad-lab-theme";
const media = matchMedia("(prefers-color-scheme: dark)");

function stored(): ThemeChoice {
  try {
    const found = localStorage.getItem(KEY);
    return found === "light" || found === "dark" ? found : "system";
  } catch {
    // storage may be forbidden; the choice then lasts as long as the page
    return "system";
  }
}

class Theme {
  choice = $state<ThemeChoice>(stored());
  #systemDark = $state(media.matches);
  readonly isDark = $derived(
    this.choice === "dark" || (this.choice === "system" && this.#systemDark),
  );
  readonly palette: Palette = $derived(this.isDark ? dark : light);

  constructor() {
    media.addEventListener("change", ({ matches }) => {
      this.#systemDark = matches;
    });
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // as above
    }
  }

  /** Gives the palette to the style sheets. */
  apply(root: HTMLElement): void {
    root.style.colorScheme = this.isDark ? "dark" : "light";
    for (const [name, color] of Object.entries(this.palette)) {
      root.style.setProperty(`--${name}`, color);
    }
    root.style.setProperty("--focus", this.isDark ? "#9cc4ff" : "#1f5fbf");
  }
}

export const theme = new Theme();

/** Whether the reader has asked for less motion. */
export function stillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
