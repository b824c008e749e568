import { Navigate, createRootRoute, createRoute, createRouter, type AnyRoute } from '@tanstack/react-router';
import { ConnectionPage } from './pages/connections/connection-page.tsx';
import { ConnectionsPage } from './pages/connections/connections-page.tsx';
import { HistoryPage } from './pages/history/history-page.tsx';
import { MatchRulesPage } from './pages/matching/match-rules-page.tsx';
import { ReviewsPage } from './pages/matching/reviews-page.tsx';
import { OperationsPage } from './pages/operations/operations-page.tsx';
import { OrchestrationPage } from './pages/orchestrations/orchestration-page.tsx';
import { OrchestrationsPage } from './pages/orchestrations/orchestrations-page.tsx';
import { RunPage } from './pages/orchestrations/run-page.tsx';
import { UndoPage } from './pages/orchestrations/undo-page.tsx';
import { WizardPage } from './pages/orchestrations/wizard-page.tsx';
import { SchedulesPage } from './pages/schedules/schedules-page.tsx';
import { NewSegmentPage } from './pages/segments/new-segment-page.tsx';
import { PublishedSegmentsPage } from './pages/segments/published-segments-page.tsx';
import { SegmentPage } from './pages/segments/segment-page.tsx';
import { SegmentsPage } from './pages/segments/segments-page.tsx';
import { TokensPage } from './pages/tokens/tokens-page.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Shell });
const page = <const P extends string>(path: P, component: () => React.ReactNode) => createRoute({ getParentRoute: () => root, path, component });

const routes = [
  page('/', () => <Navigate to={'/orchestrations' as never} />),
  page('/connections', ConnectionsPage),
  page('/connections/$id', ConnectionPage),
  page('/segments', SegmentsPage),
  page('/segments/new', NewSegmentPage),
  page('/segments/$id', SegmentPage),
  page('/orchestrations', OrchestrationsPage),
  page('/orchestrations/new', WizardPage),
  page('/orchestrations/$id', OrchestrationPage),
  page('/orchestrations/$id/schedule', OrchestrationPage),
  page('/orchestrations/$id/edit', WizardPage),
  page('/runs/$id', RunPage),
  page('/runs/$id/undo', UndoPage),
  page('/history', HistoryPage),
  page('/held-up', OperationsPage),
  page('/reviews', ReviewsPage),
  page('/match-rules', MatchRulesPage),
  page('/schedules', SchedulesPage),
  page('/settings/published-segments', PublishedSegmentsPage),
  page('/tokens', TokensPage),
];

const tree: AnyRoute = root.addChildren(routes as AnyRoute[]);

/** Every page of the console. Links are checked by path as text: pages are few, and each is opened in the browser specs. */
export const router = createRouter({ routeTree: tree });
