/** Owns the page behind a one-time link: the first owner or an invited member sets name and password. */

import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { Refused } from "@/ui/Loaded";
import { DoorFrame } from "./DoorFrame";
import { useAcceptInvitation } from "./session";

const SHORTEST_PASSWORD = 10;

export function SetupPage() {
  const { token } = useSearch({ from: "/setup" });
  if (token === "") {
    return (
      <DoorFrame title="This link is incomplete" hint="Open the whole link from the invitation or the terminal.">
        <Text size="sm">
          The link has no token. <Link className="quiet-link" to="/sign-in">Sign in instead</Link>
        </Text>
      </DoorFrame>
    );
  }
  return <SetupForm invitation={token} />;
}

function SetupForm({ invitation }: { readonly invitation: string }) {
  const [values, setValues] = useState({ name: "", email: "", password: "" });
  const accept = useAcceptInvitation();
  const navigate = useNavigate();
  const field = (key: keyof typeof values) => ({
    value: values[key],
    onChange: (event: FormEvent<HTMLInputElement>) => setValues({ ...values, [key]: event.currentTarget.value }),
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate({ invitation, ...values }, { onSuccess: () => navigate({ to: "/datasets", replace: true }) });
  };

  return (
    <DoorFrame title="Welcome to Plumbline" hint="The link works once. Afterwards sign in with e-mail and password.">
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="Your name" autoComplete="name" required autoFocus {...field("name")} />
          <TextInput label="E-mail" type="email" autoComplete="username" required {...field("email")} />
          <PasswordInput
            label="Password" autoComplete="new-password" required minLength={SHORTEST_PASSWORD}
            description={`At least ${SHORTEST_PASSWORD} characters`} {...field("password")}
          />
          {accept.isError && <Refused error={accept.error} />}
          <Button type="submit" loading={accept.isPending}>
            Set password and enter
          </Button>
        </Stack>
      </form>
    </DoorFrame>
  );
}
