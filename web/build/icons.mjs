// Takes the icons that a style sheet holds as data: addresses out into files of their own, since
// the policy of the site loads images from the site alone: node icons.mjs STYLE FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [style, folder] = process.argv.slice(2);
const icons = new Map();
const css = readFileSync(style, "utf8").replace(/url\((["']?)data:image\/svg\+xml(?:;charset=[^,;]+|;utf8)?,(.*?)\1\)(?=[\s;,}!)])/g, (_, __, data) => {
  const svg = decodeURIComponent(data);
  if (!icons.has(svg)) icons.set(svg, `icon-${icons.size + 1}.svg`);
  return `url("${icons.get(svg)}")`;
});
if (css.includes("url(data:") || css.includes('url("data:') || css.includes("url('data:")) {
  throw new Error("the style sheet holds a data: address that is no SVG icon");
}
for (const [svg, name] of icons) writeFileSync(join(folder, name), svg);
writeFileSync(style, css);
