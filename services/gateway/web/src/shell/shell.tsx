import { AppShell, Box, Button, Center, Group, Loader, NavLink, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { api } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Session } from '../api/types.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';

const PLACES = [
  { path: '/orchestrations', label: 'Orchestrations' },
  { path: '/segments', label: 'Segments' },
  { path: '/connections', label: 'Connections' },
  { path: '/schedules', label: 'Schedules' },
  { path: '/tokens', label: 'API tokens' },
];

/** The frame of every page; without a session it is the sign-in page. */
export function Shell() {
  const session = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/session'), retry: false });
  if (session.isLoading) return <Center h="100vh"><Loader /></Center>;
  if (session.error instanceof ApiProblem && session.error.status === 401) return <SignInPage />;
  if (session.error || !session.data) return <Center h="100vh"><Box maw={480}><ProblemNote error={session.error} /></Box></Center>;
  return <Frame session={session.data} />;
}

function Frame({ session }: { session: Session }) {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const signOut = async () => {
    await api.delete('/session');
    queries.clear();
    await queries.invalidateQueries({ queryKey: ['session'] });
    window.location.assign('/');
  };
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm' }} padding="lg">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between">
          <Group gap="xs">
            <img src="/signalbox.svg" width={28} height={28} alt="" />
            <Text fw={700} size="lg">Signalbox</Text>
          </Group>
          <Group gap="md">
            <Text size="sm" c="dimmed">{session.workspace.name} · {session.email}</Text>
            <Button variant="subtle" size="xs" onClick={() => void signOut()}>Sign out</Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        {PLACES.map((place) => (
          <NavLink
            key={place.path} component="a" href={place.path} label={place.label} active={pathname.startsWith(place.path)} style={{ borderRadius: 8 }}
            onClick={(event) => {
              event.preventDefault();
              void navigate({ to: place.path });
            }}
          />
        ))}
        <NavLink component="a" href="/api/docs" target="_blank" label="API" mt="auto" style={{ borderRadius: 8 }} />
      </AppShell.Navbar>
      <AppShell.Main>
        <Box maw={1180} mx="auto"><Outlet /></Box>
      </AppShell.Main>
    </AppShell>
  );
}
