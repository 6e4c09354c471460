/** Owns inviting somebody: the form, then the link that lets them in once. */

import { Button, Code, CopyButton, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { Refused } from "@/ui/Loaded";
import { linkOf, ROLES, useInvite, type Role } from "./members";

export function Invite() {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("auth.InviteMember")) return null;
  return (
    <>
      <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
        Invite
      </Button>
      <Modal opened={opened} onClose={close} title="Invite somebody">
        <InviteForm />
      </Modal>
    </>
  );
}

function InviteForm() {
  const [values, setValues] = useState({ email: "", name: "", organisation: "" });
  const [role, setRole] = useState<Role>("ANNOTATOR");
  const invite = useInvite();
  const field = (key: keyof typeof values) => ({
    value: values[key],
    onChange: (event: FormEvent<HTMLInputElement>) => setValues({ ...values, [key]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ ...values, role });
  };
  if (invite.data !== undefined) return <Link invitation={invite.data.invitation} email={values.email} />;
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="E-mail" type="email" required data-autofocus {...field("email")} />
        <TextInput label="Name" {...field("name")} />
        <Select
          label="Role" value={role} onChange={(value) => setRole(ROLES.find((one) => one.value === value)?.value ?? role)} allowDeselect={false}
          data={ROLES.map(({ value, label, does }) => ({ value, label: `${label}: ${does}` }))}
        />
        <TextInput label="Organisation" description="For a customer: on whose behalf they verify" {...field("organisation")} />
        {invite.isError && <Refused error={invite.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={invite.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Link({ invitation, email }: { readonly invitation: string; readonly email: string }) {
  const link = linkOf(invitation);
  return (
    <Stack>
      <Text size="sm">Send this link to {email}. It works once and is shown only now.</Text>
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {link}
      </Code>
      <CopyButton value={link}>{({ copied, copy }) => <Button onClick={copy}>{copied ? "Copied" : "Copy the link"}</Button>}</CopyButton>
    </Stack>
  );
}
