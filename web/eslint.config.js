/** Owns the rules of the web UI that a reader should not have to check by eye. */

import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "node_modules", "src/api/schema.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      "max-lines": ["error", { max: 250 }],
      "no-console": "error",
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
  {
    // The canvas must stay usable and testable without a user interface around it.
    files: ["src/canvas/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: ["react", "react-dom", "react/*", "@mantine/*", "@tanstack/*", "@/*", "**/features/**", "**/api/**", "**/app/**", "**/ui/**"] },
      ],
    },
  },
);
