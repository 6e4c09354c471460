/** Owns the sign-in page. */

import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { Refused } from "@/ui/Loaded";
import { DoorFrame } from "./DoorFrame";
import { useSignIn } from "./session";

export function SignInPage() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { next } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const signIn = useSignIn();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email, password }, { onSuccess: () => navigate({ to: next ?? "/datasets" }) });
  };

  return (
    <DoorFrame title="Sign in" hint="No account? Ask an owner or manager of your workspace for an invitation.">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="E-mail" type="email" autoComplete="username" required autoFocus
            value={email} onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password" autoComplete="current-password" required
            value={password} onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {signIn.isError && <Refused error={signIn.error} />}
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </DoorFrame>
  );
}
