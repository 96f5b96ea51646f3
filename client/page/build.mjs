// Makes dist/ from src/: node build.mjs [OUTDIR]. The same sources and lock file give the same bytes;
// a test compares them. No address outside the page's own server may stand in what it makes.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "dist");
const packages = ["@digital-go-jp/design-tokens", "echarts", "preact", "tslib", "zrender"];

function notices() {
  return packages
    .map((name) => {
      const at = join(here, "node_modules", name);
      const { version, license } = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
      const texts = ["NOTICE", "LICENSE", "LICENSE.txt", "LICENSE.md"].flatMap((file) => {
        try {
          return [readFileSync(join(at, file), "utf8").trim()];
        } catch {
          return [];
        }
      });
      return [`${name} ${version} (${license})`, ...texts].join("\n\n");
    })
    .join("\n\n" + "-".repeat(80) + "\n\n");
}

mkdirSync(out, { recursive: true });
const common = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  define: { "process.env.NODE_ENV": '"production"' },
  external: ["./charts.js"],
  format: "esm",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  target: ["es2022"],
};
// The charts are a bundle of their own, so that the first view need not wait for them.
await build({
  ...common,
  entryPoints: { page: "src/main.tsx", charts: "src/charts.ts" },
  outdir: out,
});
await build({ ...common, entryPoints: { page: "src/page.css" }, outdir: out });
for (const file of ["index.html", "icon.svg"])
  copyFileSync(join(here, "src", file), join(out, file));
writeFileSync(join(out, "NOTICES.txt"), notices() + "\n");
