// Runs the unit tests: node test.mjs. Bundled first, so that any node since 20 can run them.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "kukyoku-page-"));
const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts"));
await build({
  absWorkingDir: here,
  entryPoints: tests.map((name) => join("test", name)),
  bundle: true,
  format: "esm",
  logLevel: "warning",
  outdir: out,
  outExtension: { ".js": ".mjs" },
  platform: "node",
});
const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], {
  stdio: "inherit",
});
rmSync(out, { recursive: true });
process.exit(status ?? 1);
