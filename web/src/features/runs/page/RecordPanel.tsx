/** Owns the reproducibility record of a run in readable form. */

import { Code, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Digest } from "@/ui/Digest";
import { Facts } from "@/ui/Facts";
import { Panel } from "@/ui/Panel";
import type { Run } from "../runs";
import { recordSections } from "./record-rows";

export function RecordPanel({ run }: { readonly run: Run }) {
  const [form, setForm] = useState("read");
  if (run.record === undefined) return null;
  const forms = (
    <SegmentedControl
      aria-label="Form of the record" size="xs" value={form} onChange={setForm} data={[{ value: "read", label: "To read" }, { value: "json", label: "JSON" }]}
    />
  );
  return (
    <Panel title="Record for repeating it" actions={forms}>
      <Stack>
        <Text size="sm" component="div">
          Written once, digest <Digest value={run.record_digest} />
        </Text>
        {form === "json" ? (
          <Code block mah={420} style={{ overflow: "auto" }} tabIndex={0}>
            {JSON.stringify(run.record, null, 2)}
          </Code>
        ) : (
          <Sections record={run.record} />
        )}
      </Stack>
    </Panel>
  );
}

function Sections({ record }: { readonly record: Readonly<Record<string, unknown>> }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {recordSections(record).map(({ title, rows, texts }) => (
        <section key={title} aria-label={title}>
          <Text fw={600} size="sm" mb={4}>
            {title}
          </Text>
          <Facts facts={rows.map(({ name, text }) => [name, text])} />
          {texts.map(({ name, text }) => (
            <details key={name}>
              <summary>
                <Text span size="sm">
                  {name === "" ? "list" : name} ({text.split("\n").length} lines)
                </Text>
              </summary>
              <Code block mah={320} style={{ overflow: "auto" }} tabIndex={0}>
                {text}
              </Code>
            </details>
          ))}
        </section>
      ))}
    </SimpleGrid>
  );
}
