/** How the report looks, in daylight and in the dark. */

export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --rule: #d8dee4; --paper: #ffffff; --measured: #59636e; --computed: #0a5fd1; --warm: #c2410c; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --rule: #30363d; --paper: #0d1117; --measured: #9aa4af; --computed: #58a6ff; --warm: #f0883e; --good: #3fb950; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 76rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid var(--rule); padding-bottom: .25rem; } h3 { font-size: 1rem; margin-bottom: .25rem; } h4 { font-size: .95rem; margin: .75rem 0 .25rem; font-weight: 600; color: var(--soft); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; border-bottom: 1px solid var(--rule); }
thead th.number { text-align: right; } thead th { color: var(--soft); font-weight: 500; } td.number { text-align: right; } td.number, thead th { white-space: nowrap; } code { font-size: .85em; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } .good { color: var(--good); } .verdict li { color: var(--warm); margin: .3rem 0; } .notes li { margin: .3rem 0; }
.charts { display: grid; gap: .5rem 1rem; align-items: start; margin-bottom: .5rem; } .charts.one { grid-template-columns: 310fr 430fr 430fr; }
.charts.pairs { grid-template-columns: 1fr 1fr; } .charts.many { grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); } .charts.single { max-width: 48rem; } .charts.parities { margin-top: 1rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 0 2rem; align-items: start; }
@media (max-width: 56rem) { .charts.one, .charts.pairs { grid-template-columns: 1fr; } }
a { color: var(--computed); } td details { margin: 0; max-width: 40rem; } details { margin: .75rem 0; } summary { cursor: pointer; color: var(--soft); }
svg { max-width: 100%; height: auto; font: 11px system-ui, sans-serif; } .charts svg { width: 100%; }
svg text { fill: var(--ink); } svg .tick, svg .axis { fill: var(--soft); } svg .onColour { fill: #fff; } svg .title { font-weight: 600; font-size: 12px; }
svg .grid { stroke: var(--rule); stroke-width: 1; } svg .line { fill: none; stroke-width: 1.6; } svg .line.computed { stroke: var(--computed); }
svg .line.reference { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 3; }
svg .dots { fill: none; stroke-width: 3.4; stroke-linecap: round; stroke-opacity: .75; } svg .dots.measured { stroke: var(--measured); }
svg .dots.computed { stroke: var(--computed); } svg .stem { stroke: var(--computed); stroke-width: 2.4; } svg .stem.out { stroke: var(--warm); } svg .bar { fill: var(--computed); fill-opacity: .35; }
svg .whisker { stroke: var(--computed); stroke-width: 1.4; fill: var(--computed); } svg .whisker.out { stroke: var(--warm); fill: var(--warm); } svg .whisker.former { stroke: var(--soft); fill: var(--soft); } svg .whisker.thick { stroke-width: 3.6; }
svg .band { fill: var(--computed); fill-opacity: .1; } svg .start { fill: var(--computed); } svg .start.stopped { fill: var(--paper); stroke: var(--warm); stroke-width: 1.5; } svg .rising { fill: var(--computed); } svg .falling { fill: var(--warm); }
@media print {
  :root { color-scheme: light; --ink: #1b1f24; --soft: #59636e; --rule: #d8dee4; --paper: #ffffff; --measured: #59636e; --computed: #0a5fd1; --warm: #b83a0b; --good: #1a7f37; }
  body { max-width: none; margin: 0; font-size: 10pt; } svg, tr, li { break-inside: avoid; } h2, h3, h4 { break-after: avoid; } details:not([open]) { display: none; }
  .scroll { overflow: visible; } table { font-size: 8.5pt; } th, td { padding-right: .5rem; } td.number, thead th { white-space: normal; }
  .charts.one { grid-template-columns: 310fr 430fr 430fr; } .charts.pairs { grid-template-columns: 1fr 1fr; } .charts.many, .charts.parities { grid-template-columns: repeat(3, 1fr); }
}
`;
