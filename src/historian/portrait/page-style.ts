/** How the page of a portrait looks, by day, by night and on paper. */

export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --rule: #d8dee4; --paper: #ffffff; --course: #0a5fd1; --good: #3f9d77; --uncertain: #e0a100; --bad: #c2362b; --silent: #e9ecef; --warm: #a33a0a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --rule: #30363d; --paper: #0d1117; --course: #58a6ff; --good: #2f8f68; --uncertain: #d29922; --bad: #e5534b; --silent: #21262d; --warm: #f0883e; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 76rem; margin: 2rem auto; padding: 0 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid var(--rule); padding-bottom: .25rem; } h3 { font-size: 1rem; margin: 1.6rem 0 .25rem; }
p { margin: .4rem 0; } .soft { color: var(--soft); } ul { padding-left: 1.2rem; } li { margin: .3rem 0; } .proposal { color: var(--warm); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; border-bottom: 1px solid var(--rule); font-weight: 400; white-space: nowrap; } th[scope=row] { font-weight: 600; }
thead th { color: var(--soft); font-weight: 500; } .number { text-align: right; }
.ribbons { width: 100%; table-layout: fixed; } .ribbons th[scope=row] { width: 22%; white-space: normal; } .ribbons td:last-child { width: 6.5rem; padding-right: 0; }
svg { display: block; width: 100%; } .ribbon { height: 16px; background: var(--silent); } .course { height: 84px; }
.fill-good { fill: var(--good); } .fill-uncertain { fill: var(--uncertain); } .fill-bad { fill: var(--bad); } .area { fill: var(--course); fill-opacity: .3; stroke: var(--course); stroke-width: 1; vector-effect: non-scaling-stroke; }
.axis { display: flex; justify-content: space-between; color: var(--soft); font-size: .8rem; } .axis span { white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .6rem 0; } .legend span::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; border: 1px solid var(--soft); background: var(--swatch); }
.plot { display: grid; grid-template-columns: minmax(4rem, auto) 1fr; gap: 0 .6rem; } .plot .values { display: flex; flex-direction: column; justify-content: space-between; align-items: flex-end; font-size: .8rem; color: var(--soft); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 2rem; margin-top: .5rem; } .facts h4 { font-size: .85rem; font-weight: 500; color: var(--soft); margin: .5rem 0 .2rem; }
.bar { display: inline-block; height: .6em; background: var(--course); opacity: .7; }
@media print { body { max-width: none; margin: 0; } svg, .ribbon, .bar, .legend span::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .tag { break-inside: avoid; } .scroll { overflow-x: visible; } table { font-size: .75rem; } th, td { white-space: normal; } }
`;
