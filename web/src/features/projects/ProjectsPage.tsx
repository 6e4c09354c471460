/** Owns the list of annotation projects. */

import { Table, Text } from "@mantine/core";
import { IconTag } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/ui/EmptyState";
import { ago, number } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { CreateProject } from "./CreateProject";
import { useProjects, type Project } from "./projects";

export function ProjectsPage() {
  const projects = useProjects();
  return (
    <Page title="Projects" subtitle="Where images are marked, reviewed, and verified by the customer." actions={<CreateProject />}>
      <ListTable
        label="Projects" list={projects} columns={["Name", "Datasets", "Tasks", "Newest snapshot", "Changed"]}
        row={(project) => <ProjectRow key={project.id} project={project} />}
        empty={
          <EmptyState icon={IconTag} title="No project yet">
            A project names the labels and tools, and takes its images from published versions of datasets.
          </EmptyState>
        }
      />
    </Page>
  );
}

function ProjectRow({ project }: { readonly project: Project }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Link className="row-link" to="/projects/$projectId" params={{ projectId: project.id }}>
          {project.name}
        </Link>
        <Text size="xs" c="dimmed">
          {project.description}
        </Text>
      </Table.Td>
      <Table.Td>{project.assigned_versions.map(({ dataset_name, version }) => `${dataset_name}@v${version}`).join(", ")}</Table.Td>
      <Table.Td>{number(project.task_count)}</Table.Td>
      <Table.Td>{project.latest_snapshot === 0 ? "none" : `s${project.latest_snapshot}`}</Table.Td>
      <Table.Td>{ago(project.update_time)}</Table.Td>
    </Table.Tr>
  );
}
