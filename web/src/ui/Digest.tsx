/** Owns how a digest is shown: its first digits, the whole of it to copy. */

import { Code, CopyButton, Tooltip, UnstyledButton } from "@mantine/core";
import { shortDigest } from "./format";

export function Digest({ value }: { readonly value: string }) {
  if (value === "") return null;
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${value}`} maw={420} multiline>
          <UnstyledButton onClick={copy} aria-label={`Copy digest ${shortDigest(value)}`}>
            <Code>{shortDigest(value)}</Code>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
