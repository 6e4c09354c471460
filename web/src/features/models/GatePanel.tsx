/** Owns what a version still lacks before an alias may point at it. */

import { Alert, Badge, Box, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconHelpCircle, IconLock, IconLockOpen } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/features/session/session";
import { PageLink } from "@/ui/PageLink";
import { Loaded } from "@/ui/Loaded";
import { Panel } from "@/ui/Panel";
import { Thumbnail } from "@/ui/Thumbnail";
import { Approvals } from "./Approvals";
import { EditGate } from "./EditGate";
import { useGates, useGateState, type Gate, type GateCheck, type GateState } from "./gates";
import { MoveAlias } from "./MoveAlias";
import type { Model } from "./models";

export function GatePanel({ model, version }: { readonly model: Model; readonly version: string }) {
  const gates = useGates(model.id);
  const mayManage = useMay("experiments.SetGate");
  return (
    <Panel title="Promotion gates" actions={mayManage && <EditGate modelId={model.id} />}>
      <Loaded query={gates}>
        {(found) =>
          found.length === 0 ? (
            <Text size="sm">
              No gate guards an alias of this model: whoever may set aliases can point production at any version.
              {mayManage && " Press “New gate” to ask for verified images, for a metric, or for somebody’s approval first."}
            </Text>
          ) : (
            <Stack>
              {found.map((gate) => (
                <GateOfAlias key={gate.alias} model={model} gate={gate} version={version} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  );
}

function GateOfAlias({ model, gate, version }: { readonly model: Model; readonly gate: Gate; readonly version: string }) {
  const state = useGateState(model.id, version, gate.alias);
  const mayManage = useMay("experiments.SetGate");
  const carried = model.aliases.find(({ name }) => name === gate.alias)?.version;
  return (
    <Paper withBorder p="md" component="section" aria-label={`Gate of ${gate.alias}`}>
      <Loaded query={state}>
        {(found) => (
          <Stack gap="sm">
            <Group justify="space-between">
              <Group gap="xs">
                <Title order={3}>{gate.alias}</Title>
                <Badge color={found.open ? "teal" : "red"} variant="light" tt="none" leftSection={found.open ? <IconLockOpen size={12} /> : <IconLock size={12} />}>
                  {found.open ? "open" : "closed"} for version {version}
                </Badge>
              </Group>
              <Group gap="xs">
                {mayManage && <EditGate modelId={model.id} gate={gate} />}
                {String(carried) === version ? <Text size="sm">points at this version</Text> : <MoveAlias model={model} alias={gate.alias} version={Number(version)} isOpen={found.open} />}
              </Group>
            </Group>
            {!found.open && (
              <Alert color="orange" variant="light" title={String(carried) === version ? `Version ${version} is ${gate.alias}, but would not pass its gate now` : `Version ${version} may not become ${gate.alias} yet`}>
                {found.message}
              </Alert>
            )}
            <Checks state={found} />
            <Approvals modelId={model.id} version={version} gate={gate} approvals={found.approvals} />
          </Stack>
        )}
      </Loaded>
    </Paper>
  );
}

function Checks({ state }: { readonly state: GateState }) {
  return (
    <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
      {state.checks.map((check) => (
        <Check key={check.title} check={check} />
      ))}
    </Stack>
  );
}

const LOOKS = {
  MET: { icon: IconCircleCheck, color: "var(--mantine-color-teal-light-color)", word: "met" },
  UNMET: { icon: IconCircleX, color: "var(--mantine-color-red-light-color)", word: "not met" },
  UNKNOWN: { icon: IconHelpCircle, color: "var(--mantine-color-orange-light-color)", word: "cannot be told" },
  VERDICT_UNSPECIFIED: { icon: IconHelpCircle, color: "var(--mantine-color-dimmed)", word: "not checked" },
} as const;
const SHOWN_IMAGES = 12;

function Check({ check }: { readonly check: GateCheck }) {
  const { icon: Icon, color, word } = LOOKS[check.verdict];
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <Icon size={20} color={color} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
      <Box flex={1}>
        <Text size="sm" fw={600}>
          {check.title}: {word}
          {check.total > 0 && ` (${check.done} of ${check.total})`}
        </Text>
        <Text size="sm">{check.explanation}</Text>
        <Group gap="md">
          {check.links.map(({ label, path }) => (
            <PageLink key={path} path={path}>
              {label}
            </PageLink>
          ))}
        </Group>
        {check.images.length > 0 && (
          <SimpleGrid cols={{ base: 3, sm: 6 }} spacing="xs" mt="xs">
            {check.images.slice(0, SHOWN_IMAGES).map((image) => (
              <Box key={image.image_sha256}>
                <Box h={80}>
                  <Thumbnail sha256={image.image_sha256} alt={image.path} />
                </Box>
                <Text size="xs" truncate title={image.path}>
                  {image.task_id === "" ? image.path : <Link className="quiet-link" to="/tasks/$taskId" params={{ taskId: image.task_id }}>{image.path}</Link>}
                </Text>
                <Text size="xs" c="dimmed">
                  {image.caption}
                </Text>
              </Box>
            ))}
          </SimpleGrid>
        )}
      </Box>
    </Group>
  );
}
