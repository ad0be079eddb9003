/// The style sheet of a report's page.
enum ReportStyle {
  /// Without `<` and `&`, so that it is the same in HTML and XML.
  static let sheet: HTML = """
    :root {
      color-scheme: light dark;
      --paper: #fcfcfa; --raised: #ffffff; --ink: #22252a; --muted: #626873; --faint: #dcddd9;
      --guide: #999999; --link: #1a5fa8;
      --good: #17733f; --good-paper: #e4f3e9; --bad: #b3261e; --bad-paper: #fbe8e6;
      --plain: #626873; --plain-paper: #eeeeea;
      --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --series-4: #cc79a7;
      --series-5: #e69f00; --series-6: #56b4e9;
      --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
      --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, serif;
      --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #16181c; --raised: #1d2025; --ink: #e3e5e9; --muted: #9ba2ae; --faint: #343941;
        --guide: #7a818c; --link: #86b9f2;
        --good: #6fd39b; --good-paper: #17352a; --bad: #ff9a8d; --bad-paper: #43201e;
        --plain: #a6adb8; --plain-paper: #2a2e35;
        --series-1: #5cb0ee; --series-2: #ff8b4d; --series-3: #3fcb9d; --series-4: #e8a3c9;
        --series-5: #f0b83f; --series-6: #8fd0f7;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
    body {
      margin: 0 auto; padding: 2.5rem 1.25rem 5rem; max-width: 78rem; display: grid;
      grid-template-columns: minmax(0, 1fr); gap: 0 3rem;
      background: var(--paper); color: var(--ink); font: 1rem/1.55 var(--sans);
      overflow-wrap: break-word;
    }
    main { min-width: 0; max-width: 60rem; width: 100%; margin: 0 auto; }
    a { color: var(--link); text-decoration: none; }
    a:hover { text-decoration: underline; text-underline-offset: 0.15em; }
    a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
    code { font: 0.875em var(--mono); }
    p { margin: 0 0 1rem; max-width: 42rem; }

    h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; }
    h1 { font-size: clamp(1.9rem, 5vw, 2.6rem); letter-spacing: -0.01em; margin: 0 0 1.5rem; }
    h2 {
      font-size: 1.5rem; margin: 0 0 1rem; display: flex; flex-wrap: wrap; align-items: center;
      gap: 0.4rem 0.8rem;
    }
    h2 a { color: inherit; }
    .kicker { margin: 0 0 0.35rem; color: var(--muted); font-size: 0.9rem; }
    section { margin-top: 3rem; padding-top: 2.25rem; border-top: 1px solid var(--faint); }

    nav { display: none; }
    @media (min-width: 70rem) {
      body { grid-template-columns: 13rem minmax(0, 1fr); }
      nav {
        display: block; position: sticky; top: 2.5rem; align-self: start;
        max-height: calc(100vh - 5rem); overflow-y: auto; font-size: 0.875rem; line-height: 1.35;
      }
      nav ol { list-style: none; margin: 0.5rem 0 0; padding: 0; }
      nav li { padding: 0.3rem 0 0.3rem 1.1rem; position: relative; }
      nav li::before {
        content: ""; position: absolute; left: 0; top: 0.72rem; width: 0.5rem; height: 0.5rem;
        border-radius: 50%; background: var(--faint);
      }
      nav li.within::before { background: var(--good); }
      nav li.outside::before { background: var(--bad); }
      nav a { color: inherit; }
    }

    .tally { margin: 0 0 1.75rem; }
    .bar { display: flex; gap: 2px; height: 0.5rem; border-radius: 0.25rem; overflow: hidden; }
    .bar i { background: var(--faint); min-width: 3px; }
    .bar i.within { background: var(--good); }
    .bar i.outside { background: var(--bad); }
    .tally ul {
      list-style: none; margin: 0.7rem 0 0; padding: 0; display: flex; flex-wrap: wrap;
      gap: 0.25rem 1.5rem; color: var(--muted);
    }
    .tally b { font-size: 1.25rem; font-variant-numeric: tabular-nums; color: var(--ink); }
    .tally .within, .tally .within b { color: var(--good); }
    .tally .outside, .tally .outside b { color: var(--bad); }

    dl { display: flex; flex-wrap: wrap; gap: 0.6rem 2rem; margin: 0 0 1.75rem; font-size: 0.9rem; }
    dl div { min-width: 0; }
    dt { color: var(--muted); font-size: 0.75rem; }
    dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }

    .chip {
      display: inline-block; padding: 0.1em 0.6em; border-radius: 1em; white-space: nowrap;
      font: 500 0.8rem/1.5 var(--sans); letter-spacing: 0; color: var(--plain);
      background: var(--plain-paper);
    }
    .chip.within { color: var(--good); background: var(--good-paper); }
    .chip.outside { color: var(--bad); background: var(--bad-paper); }
    .notice {
      padding: 0.6rem 0.9rem; border-radius: 0.4rem; background: var(--plain-paper);
      font-size: 0.9rem; max-width: none;
    }
    .notice.outside { background: var(--bad-paper); color: var(--bad); }

    .scroll { overflow-x: auto; margin: 0 0 1.75rem; }
    table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.4; }
    th, td {
      padding: 0.4rem 0.75rem; text-align: left; vertical-align: baseline;
      border-bottom: 1px solid var(--faint);
    }
    th:first-child, td:first-child { padding-left: 0; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; white-space: nowrap; }
    tbody th { font-weight: 400; }
    .number { width: 1%; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    td.statement { min-width: 12rem; }

    figure { margin: 0 0 1.75rem; }
    .drawing svg { display: block; width: 100%; height: auto; }
    .drawing text { fill: var(--ink); }
    .drawing image { image-rendering: pixelated; }
    .drawings { display: grid; gap: 0 1.5rem; }
    .drawings { grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); }
    .drawing { min-width: 0; }
    .drawing.single:only-child { grid-column: 1 / -1; max-width: 38rem; }
    .drawing.graph, .drawing.panels, .drawing.tiles { grid-column: 1 / -1; }
    .graph .pictures { overflow-x: auto; }
    .graph svg { width: auto; max-width: 80rem; }
    .panels .pictures, .tiles .pictures { display: grid; gap: 1rem 1.5rem; }
    .panels .pictures { grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
    .tiles .pictures { grid-template-columns: repeat(auto-fill, minmax(5rem, 1fr)); }
    .tiles .pictures { gap: 0.6rem; max-width: 44rem; }
    .drawing p { margin: 0 0 0.25rem; font-size: 0.875rem; text-align: center; max-width: none; }
    .tiles p { font-size: 0.75rem; color: var(--muted); }
    figcaption { margin-top: 0.5rem; font-size: 0.9rem; color: var(--muted); }
    figcaption small { margin-left: 0.4rem; font-size: 0.8rem; }

    .writing { border-left: 3px solid var(--faint); padding: 0.1rem 0 0.1rem 1rem; margin-bottom: 1.1rem; }
    .writing figcaption { margin: 0; font-size: 0.8rem; }
    blockquote { margin: 0.1rem 0 0; font: 1.1rem/1.5 var(--serif); white-space: pre-wrap; max-width: 42rem; }
    .remarks { margin: 0 0 1.5rem; padding-left: 1.1rem; font-size: 0.9rem; }
    .remarks li { margin: 0.2rem 0; }

    @media (max-width: 44rem) {
      body { padding: 1.5rem 1rem 3rem; }
      .scroll { overflow-x: visible; }
      table, tbody, tbody th, td { display: block; }
      thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      tr { padding: 0.6rem 0; border-bottom: 1px solid var(--faint); }
      tbody th, td { border: 0; padding: 0.05rem 0; min-width: 0; }
      tbody th { font-weight: 600; flex: 1 0 100%; }
      tr { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; }
      td:empty { display: none; }
      td::before { content: attr(data-label); margin-right: 0.4rem; color: var(--muted); }
      .number { width: auto; text-align: left; white-space: normal; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    @media print {
      :root {
        --paper: #fff; --raised: #fff; --ink: #000; --muted: #444; --faint: #ccc; --link: #000;
        --good: #17733f; --good-paper: #fff; --bad: #b3261e; --bad-paper: #fff; --plain: #444;
        --plain-paper: #fff; --guide: #999;
        --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --series-4: #cc79a7;
        --series-5: #e69f00; --series-6: #56b4e9;
        color-scheme: light;
      }
      body { display: block; padding: 0; max-width: none; font-size: 10pt; }
      nav, figcaption small { display: none; }
      main { max-width: none; }
      h2, thead, .notice { break-after: avoid; }
      figure, .pictures div, tr, dl { break-inside: avoid; }
      .drawing.panels, .drawing.tiles { break-inside: auto; }
      .panels .pictures { grid-template-columns: repeat(3, 1fr); }
      section { margin-top: 1.5rem; padding-top: 1rem; }
      .chip { padding: 0; }
      .scroll, .graph .pictures { overflow: visible; }
      .graph svg { max-width: 100%; }
      .drawings { grid-template-columns: 1fr 1fr; }
    }
    @page { margin: 18mm 16mm; }
    """
}
