/** Pages in a browser: they are whole, quiet, ask for nothing, and what they say can be read by day, by night and on paper. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  bootstrap,
  calibrate,
  comparisonPage,
  diagnose,
  fleetPage,
  memberOf,
  profile,
  reportPage,
  sample,
} from "../../../src/calibration/index.ts";
import { random, signal } from "../../../src/core/index.ts";
import {
  dropOut,
  freeze,
  markBad,
  memorySource,
  openHistorian,
  portraitOf,
  portraitPage,
  type Series,
  seriesOf,
  windowFromTable,
} from "../../../src/historian/index.ts";
import { array, compose, describeModel, modelFromDefinition } from "../../../src/models/index.ts";
import { simulate } from "../../../src/solvers/index.ts";
import { reactor, tank } from "../../models/compose/parts.ts";
import { everything, pollu } from "../../models/fixtures.ts";
import { type Browser, chromium, launch, type Opened } from "./browser.ts";

const command = chromium();
const skip = command === undefined ? "Chromium is not installed here; `apt-get install chromium`, or name it in GREYBOX_CHROMIUM" : false;

let folder = "";
let browser: Browser | undefined;
const pages = new Map<string, { readonly file: string; readonly headings: readonly string[] }>();

const modelHeadings = ["What depends on what", "Equations", "Quantities", "Parameters", "Structure"];

before(async () => {
  if (command === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "greybox-pages-"));
  const plant = compose("plant", {
    parts: { first: reactor, row: array(12, tank) },
    inputs: { q: "L/min" },
    connect: { "first.q": "q", "row[1].cIn": "first.cA", "row[i].cIn": "row[i-1].c", "row[i].q": "q" },
  });
  const add = async (name: string, page: string, headings: readonly string[]): Promise<void> => {
    const file = join(folder, `${name}.html`);
    await writeFile(file, page);
    pages.set(name, { file, headings });
  };
  await add("reactor", describeModel(reactor), [...modelHeadings, "Events"]);
  await add("plant", describeModel(plant), modelHeadings);
  await add("everything", describeModel(modelFromDefinition(everything)), modelHeadings);
  await add("pollu", describeModel(modelFromDefinition(pollu)), modelHeadings);
  const { question, fit } = await fitOfReactor(2);
  const former = (await fitOfReactor(1)).fit;
  await add("fit", reportPage(fit), ["Estimates", "Fit by tag", "Starts", "Correlation of the estimates", "Provenance"]);
  const beyond = {
    former,
    profiles: await profile(question, fit),
    sample: await sample(question, fit, { draws: 25, warmup: 25, seed: 1 }),
    bootstrap: await bootstrap(question, fit, { draws: 10, seed: 1 }),
    diagnosis: diagnose(question, fit),
  };
  await add("beyond", reportPage(fit, beyond), ["What changed since the former fit", "Diagnosis", "Profiles", "Posterior", "Bootstrap"]);
  await add("comparison", comparisonPage(former, fit), ["Provenance"]);
  const rows = Array.from({ length: 9 }, (_, i) => ({
    name: `R${i} <east>`,
    link: `R${i}.html`,
    member: memberOf(`R${i} <east>`, i % 2 === 0 ? fit : former),
  }));
  const failed = { name: "R9", failure: "There is no plant data." };
  await add("fleet", fleetPage("Fits by asset", [...rows, failed]), ["Without a fit", "Parameters", "Assets"]);
  await add("portrait", portraitPage(await portraitOfPlant()), [
    "Status over time",
    "Noticed while reading",
    "For a person to decide",
    "Figures",
    "Not used",
    "Tag by tag",
  ]);
  browser = await launch(command);
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  if (folder !== "") await rm(folder, { recursive: true });
});

/** @param windows  the last of them with another flow */
async function fitOfReactor(windows: number) {
  const all = [windowOfReactor("start-up", 100), windowOfReactor("a window with a long name & <brackets>", 97)];
  const question = { model: reactor, windows: all.slice(0, windows), estimate: ["k0", "UA"], starts: 2, seed: 1 } as const;
  return { question, fit: await calibrate(question) };
}

function windowOfReactor(name: string, flow: number) {
  const inputs = { q: flow, cF: 1, TF: 350, Tc: signal([0, 4, 10], [300, 302, 302], "hold") };
  const noise = random(`pages ${name}`);
  const time = Array.from({ length: 41 }, (_, i) => i / 4);
  const run = simulate(reactor, { span: [0, 10], inputs });
  const measured = { T: time.map((t) => run.at(t).T + 0.3 * noise.normal()), cA: time.map((t) => run.at(t).cA + 0.01 * noise.normal()) };
  return windowFromTable(reactor, { name, time, inputs, measured, sigma: { T: 0.3, cA: 0.01 } });
}

/** Opens a page of which something is to be found out. */
async function opened(name: string, options?: Parameters<Browser["open"]>[1]): Promise<Opened> {
  return browser!.open(pages.get(name)!.file, options);
}

/** A day of three tags: one in good order, one with holes, failures and a stuck stretch, one that has hardly a point. */
async function portraitOfPlant() {
  const start = Date.UTC(2026, 2, 1) / 1000;
  const noise = random("portrait");
  const time = Array.from({ length: 1440 }, (_, i) => start + 60 * i);
  const made = (tag: string, unit: string): Series =>
    seriesOf(tag, { time, value: time.map((_, i) => 60 + 5 * Math.sin(i / 90) + 0.2 * noise.normal()) }, { unit });
  const bad = markBad(
    freeze(made("North_Crude_Distillation_TI101_bottom_temperature.PV", "degC"), { from: start + 30000, to: start + 40000 }).series,
    {
      from: start + 50000,
      to: start + 56000,
    },
  ).series;
  const all = [
    made("FIC101.PV", "m^3/h"),
    dropOut(bad, { from: start + 70000, to: start + 80000 }).series,
    seriesOf("LAB <A>", { time: [start, start + 40000], value: [1, 2] }),
  ];
  const source = memorySource({
    name: "archive.csv",
    series: new Map(all.map((one) => [one.tag, one])),
    findings: [
      { kind: "text", tag: "FIC101.PV", count: 3, rows: [7, 8, 9], samples: ["Bad"], message: 'FIC101.PV: 3 cells hold text ("Bad").' },
    ],
  });
  const portrait = await portraitOf(await openHistorian(source));
  return { ...portrait, rejected: [{ from: start, to: start + 600, why: "no value of q (FIC101.PV)" }] };
}

const names = ["reactor", "plant", "everything", "pollu", "fit", "beyond", "comparison", "fleet", "portrait"] as const;

for (const name of names) {
  test(`${name}: quiet, whole, and nothing is asked for but the page itself`, { skip }, async () => {
    const { file, headings } = pages.get(name)!;
    const page = await opened(name);
    const found = (await page.value(`[...document.querySelectorAll("h2")].map((h) => h.textContent)`)) as string[];
    for (const heading of headings) assert.ok(found.includes(heading), `${heading} among ${found.join(", ")}`);
    assert.deepEqual(page.console, []);
    assert.deepEqual(page.requests, [pathToFileURL(file).href]);
    assert.equal(await page.value("document.compatMode"), "CSS1Compat");
    assert.equal(await page.value("document.documentElement.lang"), "en");
  });

  for (const [what, options] of [
    ["a narrow window", { width: 420 }],
    ["a wide window", { width: 1600 }],
    ["paper", { print: true, width: 700 }],
  ] as const) {
    test(`${name}: nothing sticks out of ${what}`, { skip }, async () => {
      const page = await opened(name, options);
      const [inner, outer] = (await page.value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")) as [
        number,
        number,
      ];
      assert.ok(inner <= outer, `${inner} pixels in ${outer}`);
    });
  }

  test(`${name}: text stands out from its ground by 4.5 to 1, by day and by night`, { skip }, async () => {
    for (const dark of [false, true]) {
      const page = await opened(name, { dark });
      const least = (await page.value(leastContrast)) as { readonly ratio: number; readonly text: string };
      assert.ok(least.ratio >= 4.5, `${least.ratio.toFixed(2)} for "${least.text}", dark: ${dark}`);
    }
  });
}

test("equations are set as mathematics: fractions are high, indices small, brackets grow", { skip }, async () => {
  const page = await opened("reactor");
  const size = (selector: string): string =>
    `(() => { const { width, height } = document.querySelector("${selector}").getBoundingClientRect(); return { width, height }; })()`;
  const measure = async (selector: string) => (await page.value(size(selector))) as { readonly width: number; readonly height: number };
  const letter = await measure(".equation mi");
  assert.ok((await measure(".equation mfrac")).height > 1.8 * letter.height);
  const small = Number.parseFloat(
    (await page.value(`getComputedStyle(document.querySelector(".equation msub > :nth-child(2)")).fontSize`)) as string,
  );
  const large = Number.parseFloat((await page.value(`getComputedStyle(document.querySelector(".equation msub"))["fontSize"]`)) as string);
  assert.ok(small < large, `${small} and ${large}`);
  const annotations = await page.value(`[...document.querySelectorAll("annotation")].every((a) => a.getBoundingClientRect().height === 0)`);
  assert.equal(annotations, true, "the LaTeX beside an equation is not shown");
});

test("the text of every box of a drawing fits into it", { skip }, async () => {
  for (const name of ["reactor", "plant", "everything", "pollu"]) {
    const page = await opened(name, { width: 1600 });
    const outside = await page.value(`[...document.querySelectorAll(".boxes > g, .boxes a > g")].flatMap((g) => {
      const box = g.querySelector("rect, path").getBoundingClientRect();
      return [...g.querySelectorAll("text")].filter((t) => { const r = t.getBoundingClientRect(); return r.left < box.left || r.right > box.right || r.top < box.top - 1 || r.bottom > box.bottom + 1; }).map((t) => t.textContent);
    })`);
    assert.deepEqual(outside, [], name);
  }
});

test("a box leads to the equation of its quantity", { skip }, async () => {
  const page = await opened("reactor");
  const says = await page.value(`(() => {
    const link = [...document.querySelectorAll("svg a")].find((a) => a.querySelector("text").textContent === "k");
    return document.querySelector(link.getAttribute("href")).querySelector("math").getAttribute("alttext");
  })()`);
  assert.equal(says, "k = k0*exp(-EoverR/T)");
});

/** Least ratio of the luminance of text to that of what it stands on, after WCAG 2.2, 1.4.3; drawings and mathematics included. */
const leastContrast = `(() => {
  const numbers = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
  const luminance = (rgb) => { const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const shape = e.tagName === "g" ? e.querySelector(":scope > rect, :scope > path") : null;
      const colour = numbers(shape ? getComputedStyle(shape).fill : getComputedStyle(e).backgroundColor);
      if (colour.a === 1) return colour.rgb;
    }
    return numbers(getComputedStyle(document.body).backgroundColor).rgb;
  };
  let least = { ratio: 99, text: "" };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || element.closest("title, style, annotation, .onColour") || element.getBoundingClientRect().height === 0) continue;
    const style = getComputedStyle(element);
    const colour = numbers(element.closest("svg") ? style.fill : style.color).rgb;
    const [a, b] = [luminance(colour), luminance(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least.ratio) least = { ratio, text };
  }
  return least;
})()`;
