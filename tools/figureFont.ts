/**
 * Writes src/figures/font.generated.ts: the characters that figures use, cut from STIX Two Text.
 * Run once when the list of characters changes; the two packages are needed for that run only:
 *
 *     npm install --no-save subset-font@2.9.0 @expo-google-fonts/stix-two-text@0.4.2
 *     node tools/figureFont.ts && npm ci
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

type Subset = (
  font: Uint8Array,
  text: string,
  options: {
    targetFormat: "sfnt";
    noLayoutClosure: boolean;
    noHinting: boolean;
    keepFeatures: string[];
    preserveNameIds: number[];
  },
) => Promise<Buffer>;

const span = (first: number, last: number): string =>
  String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, i) => first + i));

/** ASCII, the signs of Latin-1, Greek small letters, superscripts and typographic marks */
const characters = `${span(0x20, 0x7e)}°±²³·¹½×ÄÖÜßäéöü${span(0x3b1, 0x3c9)}⁰⁴⁵⁶⁷⁸⁹⁻–—‘’“”…−`;

const { resolve } = createRequire(import.meta.url);
const subsetter: string = resolve("subset-font");
const { default: subset } = (await import(subsetter)) as { default: Subset };

async function cut(file: string): Promise<string> {
  const font = readFileSync(resolve(`@expo-google-fonts/stix-two-text/${file}.ttf`));
  const bytes = await subset(font, characters, {
    targetFormat: "sfnt",
    noLayoutClosure: true,
    noHinting: true,
    keepFeatures: ["kern"],
    // copyright, licence and its address stay inside, as the Open Font License asks
    preserveNameIds: [0, 13, 14],
  });
  return bytes.toString("base64");
}

const regular = await cut("400Regular/STIXTwoText_400Regular");
const italic = await cut("400Regular_Italic/STIXTwoText_400Regular_Italic");
const bold = await cut("700Bold/STIXTwoText_700Bold");

writeFileSync(
  new URL("../src/figures/font.generated.ts", import.meta.url),
  `/**
 * STIX Two Text, regular, italic and bold, cut to the characters of the figures by tools/figureFont.ts.
 * Copyright 2001-2021 The STIX Fonts Project Authors (https://github.com/stipub/stixfonts), with
 * Reserved Font Name "TM Math". Licensed under the SIL Open Font License, Version 1.1
 * (https://openfontlicense.org); the licence of this file only, not of the library.
 */

/** The characters that the fonts can draw. */
export const characters: string = ${JSON.stringify(characters)};

/** TrueType files, base64. */
export const regular: string =
  "${regular}";
export const italic: string =
  "${italic}";
export const bold: string =
  "${bold}";
`,
);
