// Makes the picture of the whole path in the README from the pictures that the walk took:
//
//   VARDE_SCREENSHOTS=shots VARDE=target/debug/varde node web/tests/walk.mjs
//   node web/tests/picture.mjs shots docs/images/path.png
//
// Eight pages, one a step, each cut at the same height. The picture is 1200 px wide, so that it can be
// read where it stands.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { drawing } from "./browser.mjs";

const STEPS = [
  ["Catalogue", "researcher-catalogue-hits"],
  ["Application", "researcher-application-sent"],
  ["Desk", "handler-case-assessed"],
  ["Permit", "anybody-permit"],
  ["Extract", "researcher-room-files"],
  ["Room", "researcher-room-table"],
  ["Result", "researcher-request-approved"],
  ["Citizen", "citizen-my-project"],
];
const WIDTH = 1200;
/** Most bytes of the picture, so that the README loads at once. */
const LIMIT = 400_000;

const [shots, into] = process.argv.slice(2);
if (!into) {
  process.stderr.write("usage: node web/tests/picture.mjs FOLDER-OF-THE-WALK PICTURE.png\n");
  process.exit(2);
}
const browser = await drawing();
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 } });
  await page.setContent(html(STEPS.map(([title, name]) => ({ title, data: picture(name) }))));
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth));
  await page.evaluate(() => document.fonts.ready.then(() => true));
  const bytes = await page.locator("main").screenshot();
  if (bytes.length > LIMIT) throw new Error(`the picture is ${bytes.length} bytes, more than ${LIMIT}`);
  writeFileSync(into, bytes);
  process.stdout.write(`${into}: ${STEPS.length} steps, ${bytes.length} bytes\n`);
} finally {
  await browser.close();
}

/** The first picture of that name that the walk took, at desk width. */
function picture(name) {
  const wanted = new RegExp(`^\\d{3,}-${name}-desk\\.png$`);
  const found = readdirSync(shots).sort().find((file) => wanted.test(file));
  if (!found) throw new Error(`the walk took no picture called ${name} in ${shots}`);
  return readFileSync(join(shots, found)).toString("base64");
}

function html(steps) {
  const card = ({ title, data }, at) => `<figure>
<figcaption><b>${at + 1}</b> ${title}</figcaption>
<div><img src="data:image/png;base64,${data}" alt=""></div></figure>`;
  const font = createRequire(import.meta.url).resolve("@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2");
  return `<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: "Source Sans 3"; font-weight: 200 900; src: url("data:font/woff2;base64,${readFileSync(font, "base64")}"); }
body { margin: 0; font-family: "Source Sans 3"; }
main { width: ${WIDTH}px; box-sizing: border-box; padding: 28px; background: #f1f5f6; display: grid; grid-template-columns: 1fr 1fr; gap: 24px 28px; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: 21px; font-weight: 600; color: #0d3a47; margin-bottom: 8px; display: flex; gap: 10px; align-items: center; }
b { display: inline-grid; place-items: center; width: 32px; height: 32px; border-radius: 50%; background: #08667c; color: #fff; font-size: 18px; }
div { height: 300px; overflow: hidden; border: 1px solid #c3d3d7; border-radius: 8px; background: #fff; }
img { width: 100%; display: block; }
</style><main>${steps.map(card).join("")}</main>`;
}
