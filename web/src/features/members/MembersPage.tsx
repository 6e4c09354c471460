/** Owns the list of people and machines in the workspace. */

import { Badge, Table, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { EmptyState } from "@/ui/EmptyState";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { time } from "@/ui/format";
import { EditMember } from "./EditMember";
import { Invite } from "./Invite";
import { ROLES, useMembers, type Member } from "./members";

export function MembersPage() {
  const members = useMembers();
  return (
    <Page title="Members" subtitle="Who may come in, and as what." actions={<Invite />}>
      <ListTable
        label="Members" list={members} columns={["Name", "Role", "State", "Organisation", "Since", ""]}
        row={(member) => <MemberRow key={member.id} member={member} />}
        empty={
          <EmptyState icon={IconUsers} title="Nobody is here">
            Invite the people who mark, review and verify.
          </EmptyState>
        }
      />
    </Page>
  );
}

function MemberRow({ member }: { readonly member: Member }) {
  const role = ROLES.find(({ value }) => value === member.role);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {member.name === "" ? member.email : member.name}
        </Text>
        <Text size="xs" c="dimmed">
          {member.kind === "MACHINE" ? "machine" : member.email}
        </Text>
      </Table.Td>
      <Table.Td>
        {role?.label}
        <Text size="xs" c="dimmed">
          {role?.does}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={member.state === "ACTIVE" ? "teal" : "gray"} tt="none">
          {member.state.toLowerCase()}
        </Badge>
      </Table.Td>
      <Table.Td>{member.organisation}</Table.Td>
      <Table.Td>{time(member.create_time)}</Table.Td>
      <Table.Td ta="right">
        <EditMember member={member} />
      </Table.Td>
    </Table.Tr>
  );
}
