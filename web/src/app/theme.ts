/** Owns the look: one quiet blue, system fonts, contrast of at least 4.5 to 1 for text. */

import { createTheme, type MantineColorsTuple } from "@mantine/core";

const plumb: MantineColorsTuple = [
  "#eef5f9", "#dbe8ef", "#b3d0df", "#88b6cd", "#64a0bf", "#4d92b6", "#2f7ea6", "#206b92", "#1b5d80", "#1b4965",
];

export const theme = createTheme({
  primaryColor: "plumb",
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  colors: { plumb },
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.15rem" }, h3: { fontSize: "1rem" } } },
  components: {
    // the cross of a dialog is a picture: it needs a name
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Table: { defaultProps: { verticalSpacing: "xs", highlightOnHover: true } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});
