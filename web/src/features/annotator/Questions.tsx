/** Owns the project's questions about the image. */

import { Radio, Stack, TextInput, Title } from "@mantine/core";
import type { Schemas } from "@/api/client";
import type { Answers } from "./use-desk-editor";

interface QuestionsProps {
  readonly questions: readonly Schemas["Question"][];
  readonly answers: Answers;
  readonly onAnswer: ((question: string, value: string) => void) | null;
}

export function Questions({ questions, answers, onAnswer }: QuestionsProps) {
  if (questions.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h3" mb={4}>
        Questions
      </Title>
      <Stack gap="sm">
        {questions.map(({ key, text, choices }) =>
          choices.length > 0 ? (
            <Radio.Group key={key} label={text} size="sm" value={answers[key] ?? ""} onChange={(value) => onAnswer?.(key, value)} readOnly={onAnswer === null}>
              <Stack gap={4} mt={4}>
                {choices.map((choice) => (
                  <Radio key={choice} value={choice} label={choice} size="xs" />
                ))}
              </Stack>
            </Radio.Group>
          ) : (
            <TextInput
              key={key} label={text} size="xs" value={answers[key] ?? ""} readOnly={onAnswer === null}
              onChange={(event) => onAnswer?.(key, event.currentTarget.value)}
            />
          ),
        )}
      </Stack>
    </section>
  );
}
