/** The report's whole style sheet; its hash is in the report's Content-Security-Policy. */
export const REPORT_STYLE = `
body { font: 11pt/1.4 system-ui, sans-serif; color: #1a1a1a; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin-top: 1.5rem; }
.use { border: 2px solid #d55e00; padding: .4rem .8rem; font-weight: 600; }
.warnings { border-left: 4px solid #e69f00; padding-left: 1rem; }
.score { font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
table.facts th { font-weight: 400; color: #444; width: 14rem; }
figure { margin: 1rem 0; break-inside: avoid; }
img { max-width: 100%; max-height: 22cm; }
tr { break-inside: avoid; }
footer { margin-top: 2rem; border-top: 1px solid #ccc; font-size: .9rem; }
@page { margin: 15mm; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
`;
