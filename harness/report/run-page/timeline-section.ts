/** The place of the timeline on the page: its controls, its lanes and its pictures, into which the script draws. */

import { type Html, html, jsonScript } from "../html/html.ts";
import { PICTURES, type Picture } from "./client/pictures.ts";
import type { Lane, Timeline } from "./page-data.ts";

export function timelineSection(timeline: Timeline): Html {
  const { lanes, binMs } = timeline;
  return html`<section aria-labelledby="timeline" class="timeline">
<h2 id="timeline">Timeline</h2>
<p class="hint">Seconds since the run began, in bins of ${binMs} ms. Shaded: nobody could write. Dashed: a fault begins. <span class="by-hand">Drag across a picture to look closer, double click for the whole run. On the cursor, arrow keys move it, + and − look closer and wider, shift with an arrow goes along, 0 shows the whole run.</span></p>
<noscript><p class="note">The pictures need the script of this page. All else is here without it.</p></noscript>
<div class="controls">
<div class="buttons" role="group" aria-label="What is shown">
<button type="button" id="zoom-in">Closer</button>
<button type="button" id="zoom-out">Wider</button>
<button type="button" id="earlier">Earlier</button>
<button type="button" id="later">Later</button>
<button type="button" id="whole">Whole run</button>
<label>Go to <select id="place"><option value="">…</option>${lanes.map((lane, index) =>
    isNowhere(lane, timeline)
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

function isNowhere({ kind, bars }: Lane, { down }: Timeline): boolean {
  return kind === "phases" || (kind === "down" ? down : bars).length === 0;
}

function pictureHtml({ name, title, says, series }: Picture): Html {
  const legend = series.map(
    ({ label, form, colour }) => html`<li><span class="swatch ${form} ${colour.slice(2)}"></span>${label}</li>`,
  );
  return html`<figure class="picture" aria-labelledby="title-${name}">
<figcaption><h3 id="title-${name}">${title}</h3> <span>${says}</span> <ul class="legend">${legend}</ul></figcaption>
<div class="plot" id="plot-${name}" role="img" aria-label="${title}, drawn over time. The table below has the same figures."></div>
<details data-picture="${name}"><summary>Table: ${title}</summary><div class="table" role="region" tabindex="0" aria-label="Table: ${title}"></div></details>
</figure>`;
}
