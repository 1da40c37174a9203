// Builds the editor's page into ../server/page/assets, from where the Go package embeds it. The
// same sources and lock file give the same bytes.
import { build } from "esbuild";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";

const out = new URL("../server/page/assets/", import.meta.url);
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["src/page.ts", "src/early.ts", "src/page.css"],
  outdir: out.pathname,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  loader: { ".tsv": "text", ".html": "text" },
  metafile: true,
});
for (const name of ["index.html", "icon.svg"]) {
  await cp(new URL(`src/${name}`, import.meta.url), new URL(name, out));
}

// The licences of what went into the bundle go where the bundle goes.
const packages = new Set();
for (const file of Object.keys(result.metafile.inputs)) {
  const name = file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name) packages.add(name);
}
let text = "The editor's page of proofcheck contains these works.\n";
for (const name of [...packages].sort()) {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const about = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  const file = (await readdir(folder)).find((f) => /^licen[sc]e/i.test(f));
  if (!file) throw new Error(`${name} has no licence file`);
  text += `\n${"-".repeat(72)}\n${name} ${about.version}, ${about.license}\n\n`;
  text += (await readFile(new URL(file, folder), "utf8")).trim() + "\n";
}
await writeFile(new URL("licences.txt", out), text);
