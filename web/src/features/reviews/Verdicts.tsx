/** Owns the verdicts on an image, newest first: who said what about which revision. */

import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import type { Review } from "@/features/tasks/tasks";
import { ago } from "@/ui/format";

interface VerdictsProps {
  readonly reviews: readonly Review[];
  readonly verifications: readonly Review[];
  /** The newest revision: a verdict on an older one says nothing about it. */
  readonly revision: number;
}

export function Verdicts({ reviews, verifications, revision }: VerdictsProps) {
  const all = [...reviews, ...verifications].sort((a, b) => ((a.create_time ?? "") < (b.create_time ?? "") ? 1 : -1));
  if (all.length === 0) return null;
  const customers = new Set(verifications.map(({ id }) => id));
  return (
    <section>
      <Title order={2} size="h3" mb={4}>
        Verdicts
      </Title>
      <Stack gap="xs">
        {all.map((review) => (
          <div key={review.id}>
            <Group gap={6}>
              <Badge size="sm" variant="light" tt="none" color={review.verdict === "ACCEPT" ? "teal" : "red"}>
                {review.verdict === "ACCEPT" ? "accepted" : "rejected"}
              </Badge>
              <Text size="xs" c="dimmed">
                {review.reviewer?.name}
                {customers.has(review.id) ? ` (customer${review.organisation === "" ? "" : `, ${review.organisation}`})` : ""}, {ago(review.create_time)},
                revision {review.revision}
                {review.revision < revision ? " (older)" : ""}
              </Text>
            </Group>
            {review.comment !== "" && <Text size="sm">{review.comment}</Text>}
          </div>
        ))}
      </Stack>
    </section>
  );
}
