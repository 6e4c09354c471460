/** Owns what can be said about one version of a model, each with its evidence: questions 3 to 6. */

import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { AnswerCard } from "@/features/answers/AnswerCard";
import { Loaded } from "@/ui/Loaded";

/** The others are about a dataset and about access, not about a version of a model. */
const ABOUT_A_MODEL = new Set(["Q3", "Q4", "Q5", "Q6"]);

export function VersionAnswers({ model, version }: { readonly model: string; readonly version: string }) {
  const answers = useQuery({
    queryKey: ["answers", { model, alias: version }],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/answers", { params: { query: { model, alias: version } }, signal })),
  });
  return (
    <Loaded query={answers}>
      {(found) => (
        <Stack>
          {found.answers.filter(({ id }) => ABOUT_A_MODEL.has(id)).map((answer) => (
            <AnswerCard key={answer.id} answer={answer} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}
