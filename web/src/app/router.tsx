/** Owns the addresses of all pages, and that everything but the door needs a session. */

import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link, Outlet, redirect } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { AccessPage } from "@/features/access/AccessPage";
import { ActivityPage } from "@/features/activity/ActivityPage";
import { AnswersPage } from "@/features/answers/AnswersPage";
import { subjectIn } from "@/features/answers/subject";
import { searchIn } from "@/features/compare/comparison";
import { DatasetPage, isTab, type DatasetTab } from "@/features/datasets/DatasetPage";
import { DatasetsPage } from "@/features/datasets/DatasetsPage";
import { JobsPage } from "@/features/jobs/JobsPage";
import { MembersPage } from "@/features/members/MembersPage";
import { ModelPage } from "@/features/models/ModelPage";
import { ModelsPage } from "@/features/models/ModelsPage";
import { isProjectTab, ProjectPage, type ProjectTab } from "@/features/projects/ProjectPage";
import { ProjectsPage } from "@/features/projects/ProjectsPage";
import { RunsPage } from "@/features/runs/list/RunsPage";
import { viewIn } from "@/features/runs/list/view";
import { isRunTab, type RunTab } from "@/features/runs/tabs";
import { meQuery } from "@/features/session/session";
import { SetupPage } from "@/features/session/SetupPage";
import { SignInPage } from "@/features/session/SignInPage";
import { Refused } from "@/ui/Loaded";
import { queryClient } from "./queries";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Failed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  validateSearch: ({ next }): { next?: string } => (isLocal(next) ? { next } : {}),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: SetupPage,
  validateSearch: ({ token }) => ({ token: typeof token === "string" ? token : "" }),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      throw redirect({ to: "/sign-in", search: { next: location.href } });
    }
  },
});

const shell = createRoute({ getParentRoute: () => inside, id: "shell", component: Shell });

const pages = [
  createRoute({ getParentRoute: () => shell, path: "/datasets", component: DatasetsPage }),
  createRoute({
    getParentRoute: () => shell, path: "/datasets/$datasetId", component: DatasetPage,
    validateSearch: ({ tab }): { tab?: DatasetTab } => (isTab(tab) ? { tab } : {}),
  }),
  createRoute({ getParentRoute: () => shell, path: "/projects", component: ProjectsPage }),
  createRoute({
    getParentRoute: () => shell, path: "/projects/$projectId", component: ProjectPage,
    validateSearch: ({ tab }): { tab?: ProjectTab } => (isProjectTab(tab) ? { tab } : {}),
  }),
  createRoute({ getParentRoute: () => shell, path: "/runs", component: RunsPage, validateSearch: viewIn }),
  createRoute({
    getParentRoute: () => shell, path: "/runs/compare", validateSearch: searchIn,
    component: lazyRouteComponent(() => import("@/features/compare/ComparePage"), "ComparePage"),
  }),
  createRoute({
    getParentRoute: () => shell, path: "/runs/$runId", validateSearch: ({ tab }): { tab?: RunTab } => (isRunTab(tab) ? { tab } : {}),
    component: lazyRouteComponent(() => import("@/features/runs/page/RunPage"), "RunPage"),
  }),
  createRoute({ getParentRoute: () => shell, path: "/jobs", component: JobsPage }),
  createRoute({ getParentRoute: () => shell, path: "/models", component: ModelsPage }),
  createRoute({
    getParentRoute: () => shell, path: "/models/$modelId", component: ModelPage,
    validateSearch: ({ version }): { version?: number } => (typeof version === "number" && version > 0 ? { version } : {}),
  }),
  createRoute({ getParentRoute: () => shell, path: "/answers", component: AnswersPage, validateSearch: subjectIn }),
  createRoute({ getParentRoute: () => shell, path: "/members", component: MembersPage }),
  createRoute({ getParentRoute: () => shell, path: "/activity", component: ActivityPage }),
  createRoute({ getParentRoute: () => shell, path: "/access", component: AccessPage }),
] as const;

const desk = createRoute({
  getParentRoute: () => inside, path: "/tasks/$taskId",
  component: lazyRouteComponent(() => import("@/features/annotator/AnnotatorPage"), "AnnotatorPage"),
});

const taskIn = ({ task }: Record<string, unknown>): { task?: string } => (typeof task === "string" ? { task } : {});

const queues = [
  createRoute({
    getParentRoute: () => inside, path: "/projects/$projectId/review", validateSearch: taskIn,
    component: lazyRouteComponent(() => import("@/features/reviews/JudgePage"), "ReviewPage"),
  }),
  createRoute({
    getParentRoute: () => inside, path: "/projects/$projectId/verify", validateSearch: taskIn,
    component: lazyRouteComponent(() => import("@/features/reviews/JudgePage"), "VerifyPage"),
  }),
] as const;

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/datasets" });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([home, signIn, setup, inside.addChildren([shell.addChildren(pages), desk, ...queues])]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Only a path of this site may be the place to go after signing in. */
function isLocal(next: unknown): next is string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next);
}

function NotFound() {
  return (
    <Center mih="50vh">
      <Stack align="center">
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">It may have moved, or the address was cut off.</Text>
        <Button component={Link} to="/datasets">
          To the datasets
        </Button>
      </Stack>
    </Center>
  );
}

function Failed({ error }: { readonly error: unknown }) {
  return (
    <Center mih="50vh" p="md">
      <Refused error={error} onRetry={() => window.location.reload()} />
    </Center>
  );
}
