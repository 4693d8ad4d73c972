/** The timeline section: controls, lanes and charts, into which the script draws. */

import { type Html, html, jsonScript } from "../html/html.ts";
import { PICTURES, type Picture } from "./client/pictures.ts";
import type { Lane, Timeline } from "./page-data.ts";

export function timelineSection(timeline: Timeline): Html {
  const { lanes, binMs } = timeline;
  return html`<section aria-labelledby="timeline" class="timeline">
<h2 id="timeline">Timeline</h2>
<p class="hint">Seconds since the run started, in bins of ${binMs} ms. Shaded: nobody could write. Dashed: a fault begins. <span class="by-hand">Drag across a chart to zoom in, double-click for the whole run. With the cursor focused, arrow keys move it, + and − zoom in and out, Shift with an arrow key scrolls, 0 shows the whole run.</span></p>
<noscript><p class="note">The charts need the script of this page. Everything else works without it.</p></noscript>
<div class="controls">
<div class="buttons" role="group" aria-label="Visible range">
<button type="button" id="zoom-in">Zoom in</button>
<button type="button" id="zoom-out">Zoom out</button>
<button type="button" id="earlier">Earlier</button>
<button type="button" id="later">Later</button>
<button type="button" id="whole">Whole run</button>
<label>Go to <select id="place"><option value="">…</option>${lanes.map((lane, index) =>
    isEmpty(lane, timeline)
      ? null
      : html`<option value="${index}">${lane.kind === "down" ? "longest outage" : lane.name}</option>`,
  )}</select></label>
</div>
<label class="cursor">Cursor <input type="range" id="cursor" min="0" max="1" value="0"></label>
<p id="readout"></p>
</div>
<div id="lanes">${lanes.map(
    ({ kind, name, text }) =>
      html`<div class="lane ${kind}"><p><b>${name}</b> ${text}</p><div class="track" aria-hidden="true"></div></div>`,
  )}</div>
${PICTURES.map(pictureHtml)}
${jsonScript("timeline-data", timeline)}
</section>`;
}

function isEmpty({ kind, bars }: Lane, { down }: Timeline): boolean {
  return kind === "phases" || (kind === "down" ? down : bars).length === 0;
}

function pictureHtml({ name, title, says, series }: Picture): Html {
  const legend = series.map(
    ({ label, form, colour }) => html`<li><span class="swatch ${form} ${colour.slice(2)}"></span>${label}</li>`,
  );
  return html`<figure class="picture" aria-labelledby="title-${name}">
<figcaption><h3 id="title-${name}">${title}</h3> <span>${says}</span> <ul class="legend">${legend}</ul></figcaption>
<div class="plot" id="plot-${name}" role="img" aria-label="${title} over time. The table below has the same figures."></div>
<details data-picture="${name}"><summary>Table: ${title}</summary><div class="table" role="region" tabindex="0" aria-label="Table: ${title}"></div></details>
</figure>`;
}
