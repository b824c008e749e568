import { AppShell, Box, Burger, Button, Center, Group, Loader, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { api } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Session } from '../api/types.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';

/** `needs`: the permission without which the place is not shown. */
const PLACES: { path: string; label: string; needs?: string }[] = [
  { path: '/orchestrations', label: 'Orchestrations' },
  { path: '/segments', label: 'Segments' },
  { path: '/connections', label: 'Connections' },
  { path: '/reviews', label: 'Review', needs: 'matching_read' },
  { path: '/match-rules', label: 'Match rules', needs: 'matching_read' },
  { path: '/history', label: 'History', needs: 'connections_read' },
  { path: '/schedules', label: 'Schedules', needs: 'schedules_read' },
  { path: '/settings/published-segments', label: 'Settings', needs: 'segments_read' },
  { path: '/tokens', label: 'API tokens', needs: 'workspace_admin' },
  { path: '/held-up', label: 'Held up', needs: 'operations_read' },
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
  const places = PLACES.filter((place) => !place.needs || session.permissions.includes(place.needs));
  const navigate = useNavigate();
  // Where the screen is narrow, the places cover the page: they are shown when asked for.
  const [open, { toggle, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const signOut = async () => {
    await api.delete('/session');
    queries.clear();
    await queries.invalidateQueries({ queryKey: ['session'] });
    window.location.assign('/');
  };
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !open } }} padding="lg">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={open ? 'Close the menu' : 'Open the menu'} aria-expanded={open} />
            <img src="/signalbox.svg" width={28} height={28} alt="" />
            <Text fw={700} size="lg">Signalbox</Text>
          </Group>
          <Group gap="md">
            <Text size="sm" c="dimmed" visibleFrom="sm">{session.workspace.name} · {session.email}</Text>
            <Button variant="subtle" size="xs" onClick={() => void signOut()}>Sign out</Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" visibleFrom={open ? undefined : 'sm'}>
        {places.map((place) => (
          <NavLink
            key={place.path} component="a" href={place.path} label={place.label} active={pathname.startsWith(place.path)} style={{ borderRadius: 8 }}
            onClick={(event) => {
              event.preventDefault();
              close();
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
