/**
 * Owns the place of the canvas on the page and its image. The canvas itself draws outside React;
 * its content is mirrored as a list of objects, so it needs no keyboard focus to be understood.
 */

import { Box, Loader, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Editor } from "@/canvas/editor";
import type { DisplayWindow } from "@/canvas/layers/image";
import type { Pin } from "@/canvas/layers/overlay";
import type { Annotation } from "@/canvas/model";
import { Stage } from "@/canvas/stage";

interface CanvasViewProps {
  readonly editor: Editor;
  readonly image: ImageBitmap | null;
  readonly displayWindow: DisplayWindow;
  readonly pins?: readonly Pin[];
  /** Proposals of a model, drawn dashed. */
  readonly proposals?: readonly Annotation[];
}

const NO_PINS: readonly Pin[] = [];
const NO_PROPOSALS: readonly Annotation[] = [];

export function CanvasView({ editor, image, displayWindow, pins = NO_PINS, proposals = NO_PROPOSALS }: CanvasViewProps) {
  const root = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const dark = useComputedColorScheme("light") === "dark";

  useEffect(() => {
    if (root.current === null) return;
    const made = new Stage(root.current, editor);
    setStage(made);
    return () => {
      made.destroy();
      setStage(null);
    };
  }, [editor]);

  useEffect(() => stage?.setImage(image), [stage, image]);
  useEffect(() => stage?.setWindow(displayWindow), [stage, displayWindow]);
  useEffect(() => stage?.setPins(pins), [stage, pins]);
  useEffect(() => stage?.setProposals(proposals), [stage, proposals]);
  useEffect(() => stage?.setBackground(dark ? "#1a1b1e" : "#dee2e6"), [stage, dark]);

  return (
    <Box pos="relative" h="100%" w="100%">
      <Box
        ref={root} pos="relative" h="100%" w="100%" style={{ overflow: "hidden" }} tabIndex={0} aria-busy={image === null}
        role="application" aria-label="Image with its annotations. Press question mark for the keys."
      />
      {image === null && <Loader pos="absolute" top="50%" left="50%" size="sm" aria-hidden />}
    </Box>
  );
}
