// Walks the shell and the gallery of components: node tests/shell.mjs http://127.0.0.1:8099 [shots]
// The site is served by `cargo run -p varde-web --example gallery -- 8099`.
import { launch } from "./browser.mjs";

const [base, shots] = process.argv.slice(2);
if (!base) {
  console.error("usage: node tests/shell.mjs http://127.0.0.1:PORT [folder for pictures]");
  process.exit(2);
}
const walk = await launch({ base, shots });
const page = await walk.person("anybody");
for (const path of ["/", "/tilgjengelighet", "/personvern", "/utlogget", "/galleri", "/skjema"]) {
  await walk.visit(page, path);
}
for (const language of ["nn", "en"]) {
  await page.goto(`/sprak/${language}?til=/`);
  await walk.check(page, `front-${language}`);
  await walk.visit(page, "/galleri", { name: `gallery-${language}` });
}

// A login, a form that outlives it, the text found again.
const kari = await walk.person("kari");
const logIn = async () => {
  await kari.goto("/");
  await kari.evaluate(() => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/logg-inn/kari";
    document.body.append(form);
    form.submit();
  });
  await kari.waitForURL("**/galleri");
};
await logIn();
await walk.visit(kari, "/", { name: "front-logged-in" });
await walk.visit(kari, "/galleri", { name: "gallery-logged-in" });
await kari.goto("/skjema");
await kari.fill("textarea", "En begrunnelse som tok lang tid å skrive.");
await kari.context().clearCookies({ name: "varde" });
await kari.click("main button");
await walk.check(kari, "ended");
await walk.visit(kari, "/holdt", { status: 401, name: "held-logged-out" });
await logIn();
await walk.visit(kari, "/holdt", { name: "held" });
await kari.click("text=Send på nytt");
if (!(await kari.content()).includes("En begrunnelse som tok lang tid")) walk.faults.push("the held text was not sent");

// Errors. The browser itself notes in the console that a page answered with an error.
for (const [kind, status] of [["401", 401], ["403", 403], ["404", 404], ["409", 409], ["413", 413], ["422", 422], ["500", 500], ["503", 503]]) {
  await walk.visit(page, `/feil/${kind}`, { status, name: `error-${kind}` });
}
const noise = /Failed to load resource: the server responded with a status of/;
for (let i = walk.faults.length - 1; i >= 0; i--) if (noise.test(walk.faults[i])) walk.faults.splice(i, 1);

// Without scripts the pages are the same.
const plain = await launch({ base, script: false });
const reader = await plain.person("reader");
for (const path of ["/", "/galleri"]) await plain.visit(reader, path);
await plain.close();
console.log(`${await walk.close()} pages checked, nothing wrong`);
