/** Owns the dialog that gives a member another role or takes them out of the workspace. */

import { Button, Checkbox, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { ROLES, useRemoveMember, useUpdateMember, type Member, type Role } from "./members";

export function EditMember({ member }: { readonly member: Member }) {
  const [opened, { open, close }] = useDisclosure();
  const may = useMay("auth.UpdateMember");
  const name = member.name === "" ? member.email : member.name;
  if (!may || member.state === "REMOVED") return null;
  return (
    <>
      <Button size="compact-xs" variant="subtle" aria-label={`Change ${name}`} onClick={open}>
        Change
      </Button>
      <Modal opened={opened} onClose={close} title={name}>
        <EditForm member={member} name={name} onDone={close} />
      </Modal>
    </>
  );
}

interface EditFormProps {
  readonly member: Member;
  readonly name: string;
  readonly onDone: () => void;
}

function EditForm({ member, name, onDone }: EditFormProps) {
  const [role, setRole] = useState<Role>(member.role);
  const [leaves, setLeaves] = useState(false);
  const update = useUpdateMember();
  const remove = useRemoveMember();
  const done = (message: string) => () => {
    notifyDone(message);
    onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (leaves) remove.mutate(member.id, { onSuccess: done(`${name} has left the workspace.`) });
    else update.mutate({ member_id: member.id, role }, { onSuccess: done(`${name} has another role now.`) });
  };
  const error = update.error ?? remove.error;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label="Role" value={role} disabled={leaves} allowDeselect={false} onChange={(value) => setRole(ROLES.find((one) => one.value === value)?.value ?? role)}
          data={ROLES.map(({ value, label, does }) => ({ value, label: `${label}: ${does}` }))}
        />
        <Checkbox label="Take out of the workspace" checked={leaves} onChange={(event) => setLeaves(event.currentTarget.checked)} color="red" />
        {leaves && <Text size="sm">Sessions and tokens stop working at once. What {name} did stays, in their name.</Text>}
        {error !== null && <Refused error={error} />}
        <Group justify="flex-end">
          <Button type="submit" color={leaves ? "red" : undefined} loading={update.isPending || remove.isPending} disabled={!leaves && role === member.role}>
            {leaves ? "Take out" : "Change role"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
