/** The style sheet of the page: light and dark, phone and print. Figures stay on white paper. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1d21;--paper:#fff;--soft:#5c626b;--line:#d9dce1;--tint:#f5f6f8;--link:#0a5aa8;--yes:#1d6b34;--no:#a3273a}
@media (prefers-color-scheme:dark){:root{--ink:#e7e9ec;--paper:#15171a;--soft:#a3a9b2;--line:#343a42;--tint:#1e2126;--link:#7db8f5;--yes:#7fd196;--no:#f2919e}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 "STIX Two Text","Times New Roman",Times,serif}
main,header,footer{max-width:64rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1{font-size:2rem;line-height:1.2;font-weight:400;margin:0 0 .75rem}
h2{font-size:1.45rem;line-height:1.3;font-weight:400;margin:3.25rem 0 .75rem}
p{max-width:44rem;margin:.5rem 0}
a{color:var(--link)}
.soft{color:var(--soft)}
nav ul{list-style:none;margin:1rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
figure{margin:1.25rem 0 0}
.drawing{background:#fff;border-radius:6px;padding:.5rem}
.drawing svg{display:block;width:100%;height:auto}
.narrow{display:none}
@media screen and (max-width:40rem){.wide{display:none}.narrow{display:block}}
figcaption{margin-top:.75rem}
.files{font-size:.95rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.97rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);border-bottom-color:var(--soft)}
th.number,td.number{text-align:right}
td.number{white-space:nowrap}
sup{line-height:0;font-size:.72em}
.yes{color:var(--yes)}
.no{color:var(--no)}
.statement{border-top:1px solid var(--line);padding:1rem 0}
.statement h3{font-size:1.0625rem;font-weight:400;margin:0;max-width:44rem}
.statement dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.1rem 2rem;margin:.5rem 0 0;font-size:.95rem}
.statement dl div{display:flex;justify-content:space-between;gap:1rem;border-bottom:1px dotted var(--line)}
.statement dt{color:var(--soft);overflow-wrap:anywhere}
dd{margin:0;white-space:nowrap;font-variant-numeric:tabular-nums}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem;margin:.75rem 0}
.facts dt{color:var(--soft)}
.facts dd{white-space:normal;overflow-wrap:anywhere}
footer{margin-top:3.5rem;padding-bottom:3rem;color:var(--soft);font-size:.95rem}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#444;--line:#bbb;--link:#000;--yes:#000;--no:#000}
@page{margin:18mm 16mm}
html{font-size:9.5pt}body{font-size:1rem}main,header,footer{max-width:none;padding:0}nav{display:none}
.drawing{padding:0}.scroll{overflow:visible}th,td{padding-right:.6rem}th:last-child,td:last-child{padding-right:0}
figure,.statement,tr{break-inside:avoid}h2{break-after:avoid}a{text-decoration:none}}
`;
