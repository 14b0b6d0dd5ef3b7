//! Style of the page, for light and dark screens and for print.

/// The complete style sheet; the page loads no other file.
pub(super) const CSS: &str = "
:root { color-scheme: light dark; --ink: #1d2129; --dim: #5b6472; --paper: #ffffff; --line: #d9dde3; --tint: #f4f6f8; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --dim: #a0a8b4; --paper: #14171c; --line: #343a44; --tint: #1c2027; --link: #7fb8f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; color: var(--ink); background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 2rem 0 .4rem; }
p, li { max-width: 48rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
.lead { font-size: 1.08rem; color: var(--dim); }
.note { color: var(--dim); font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; margin: .6rem 0; }
th, td { padding: .3rem .65rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; border-bottom-width: 2px; }
th:first-child, td:first-child, .text, tbody th { text-align: left; }
tbody th { font-weight: 400; border-bottom-width: 1px; }
caption { caption-side: bottom; text-align: left; color: var(--dim); padding: .5rem 0; max-width: 48rem; }
.confusion th, .confusion td { text-align: center; padding: .25rem .4rem; min-width: 2.6rem; }
.confusion td { border: 1px solid var(--line); background: rgb(var(--hue) / var(--much)); }
.changed { font-weight: 700; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem 2rem; align-items: start; }
figure { margin: 1rem 0; break-inside: avoid; }
figure > svg { max-width: 100%; height: auto; display: block; }
figcaption { font-size: .9rem; color: var(--dim); max-width: 44rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .3rem 0; padding: 0; list-style: none; font-size: .9rem; color: var(--ink); }
.legend span { display: inline-block; width: 1.5rem; margin-right: .45rem; vertical-align: middle; border-top: 3px solid; }
.legend .dashed { border-top-style: dashed; }
code, pre { font-family: ui-monospace, monospace; font-size: .86rem; }
pre { background: var(--tint); padding: .8rem 1rem; overflow-x: auto; border-radius: 4px; }
.equation { margin: .4rem 0 .4rem 1.5rem; font-style: italic; }
.equation span { display: block; }
sub, sup { line-height: 0; }
@media print { html { font-size: 10pt; } body { max-width: none; padding: 0; } nav { display: none; } h2 { break-after: avoid; } a { color: inherit; } pre { white-space: pre-wrap; } }
";
