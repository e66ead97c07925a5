/** What the style sheet of a report adds to that of the paper's page; drawings follow the light and the dark. */
import { blue, greys, red, sky, yellow } from "./style.ts";

/** The colours of drawings as variables, so that a dark page need not hold a white sheet. */
const inks: readonly (readonly [string, string])[] = [
  ["#000", "--ink"],
  ["#fff", "--paper"],
  [greys.rule, "--band"],
  [greys.arrow, "--faint"],
  [blue, "--blue"],
];

const recolored = inks
  .map(
    ([color, name]) =>
      `.drawing [fill="${color}"]{fill:var(${name})}.drawing [stroke="${color}"]{stroke:var(${name})}`,
  )
  .join("\n");

export const reportStyle = `
:root{--band:${greys.rule};--faint:${greys.arrow};--blue:${blue};--doubt:#8a5a00}
@media (prefers-color-scheme:dark){:root{--band:#3c434c;--faint:#8a929c;--blue:#a9b4f2;--doubt:#e2b25a}}
@media print{:root{--band:${greys.rule};--faint:${greys.arrow};--blue:${blue};--doubt:#000}}
h1{overflow-wrap:anywhere}
h3{font-size:1.15rem;line-height:1.35;font-weight:400;margin:0}
.drawing{background:none;padding:0}
.drawing svg,.drawing svg[fill="#000"]{fill:var(--ink);color:var(--ink)}
${recolored}
.verdicts{display:grid;gap:1rem;margin:1rem 0 0;padding:0;list-style:none}
.verdict{border:1px solid var(--line);border-left:.4rem solid var(--line);border-radius:6px;padding:.9rem 1.1rem 1rem}
.verdict.good{border-left-color:var(--yes)}.verdict.doubtful{border-left-color:var(--doubt)}.verdict.bad{border-left-color:var(--no)}
.answer{font-size:1.3rem;line-height:1.3;margin:.1rem 0 .4rem}
.good .answer{color:var(--yes)}.doubtful .answer{color:var(--doubt)}.bad .answer{color:var(--no)}
.basis{font-size:.92rem;color:var(--soft);max-width:none}
.verdict p,h1+p{overflow-wrap:anywhere}
.note{border-left:.2rem solid var(--doubt);padding-left:.8rem;overflow-wrap:anywhere}
.facts dt:first-letter{text-transform:uppercase}
.facts dt{grid-column:1}.facts dd{grid-column:2}
tbody th{min-width:6rem;max-width:18rem;overflow-wrap:anywhere}
.caption{margin:1.5rem 0 .5rem;max-width:none;font-size:.97rem}
th.group{text-align:center;border-bottom:1px solid var(--line)}
.key{white-space:nowrap}
.key::before{content:"";display:inline-block;vertical-align:.28em;width:1.5em;margin-right:.4em;border-top:.2em solid var(--key)}
.fisher{--key:${yellow}}.empirical{--key:${red}}.sandwich{--key:${sky}}
.empirical::before{border-top-style:dashed}.sandwich::before{border-top-style:dotted}
details{margin:1.25rem 0 0}
summary{cursor:pointer;color:var(--link)}
details .scroll{margin-top:.75rem}
@media screen and (max-width:40rem){h1{font-size:1.6rem}.facts{display:block}.facts dd{margin-bottom:.5rem}
tbody th{max-width:9rem}
tbody th,thead tr:first-child>:first-child{position:sticky;left:0;background:var(--paper)}.verdict{padding:.8rem .9rem}}
@media print{.verdict{break-inside:avoid}details::details-content{content-visibility:visible;display:block}summary{color:inherit}}
`;
