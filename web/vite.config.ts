/** Owns the build of the web UI, and the development server that passes API calls to a gateway. */

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const gateway = process.env.PLUMB_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { port: 5173, proxy: { "/api": { target: gateway, changeOrigin: false } } },
  build: {
    outDir: "dist", sourcemap: false, chunkSizeWarningLimit: 700,
    // The first versions that know light-dark(); for older ones it would be rewritten to variables that nothing here sets.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
