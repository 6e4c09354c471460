/** Owns the frame around every signed-in page: navigation, workspace, account. */

import { ActionIcon, AppShell, Burger, Group, Menu, NavLink, Text, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconActivity, IconBox, IconChevronDown, IconCpu, IconFlask, IconListCheck, IconLogout, IconMoon, IconPhoto, IconShieldSearch, IconSun, IconTag, IconUsers, type TablerIcon } from "@tabler/icons-react";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useMe, useSignOut } from "@/features/session/session";
import { Brand } from "@/ui/Brand";

const SECTIONS = [
  { to: "/datasets", label: "Datasets", icon: IconPhoto },
  { to: "/projects", label: "Projects", icon: IconTag },
  { to: "/runs", label: "Runs", icon: IconFlask },
  { to: "/jobs", label: "Jobs", icon: IconCpu },
  { to: "/models", label: "Models", icon: IconBox },
  { to: "/answers", label: "Answers", icon: IconListCheck },
  { to: "/activity", label: "Activity", icon: IconActivity },
  { to: "/members", label: "Members", icon: IconUsers },
  { to: "/access", label: "Access", icon: IconShieldSearch },
] as const satisfies readonly { to: string; label: string; icon: TablerIcon }[];

export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="lg"
    >
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Link to="/datasets" className="row-link" aria-label="Plumbline, home">
              <Brand />
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SchemeSwitch />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Sections">
        <Sections onFollow={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Sections({ onFollow }: { readonly onFollow: () => void }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return SECTIONS.map(({ to, label, icon: Icon }) => (
    <NavLink
      key={to} component={Link} to={to} label={label} onClick={onFollow}
      active={path.startsWith(to)} aria-current={path.startsWith(to) ? "page" : undefined}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />} style={{ borderRadius: 6 }}
    />
  ));
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const label = dark ? "Light colors" : "Dark colors";
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(dark ? "light" : "dark")}>
        {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function Account() {
  const { member, workspace } = useMe();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const leave = () => signOut.mutate(undefined, { onSuccess: () => navigate({ to: "/sign-in", search: {} }) });
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton>
          <Group gap={6} wrap="nowrap">
            <Text size="sm">{member.name}</Text>
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {workspace.name} · {member.role.toLowerCase()}
          <br />
          {member.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
