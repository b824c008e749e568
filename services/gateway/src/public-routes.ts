/**
 * Every route that needs no permission, and why. A route that is neither here nor has @Requires is refused, and a test
 * walks all of them; so is an entry here that no route has.
 */
export const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  'GET /healthz': 'Asked by the orchestrator; says nothing about a workspace.',
  'GET /readyz': 'Asked by the orchestrator; says nothing about a workspace.',
  'GET /metrics': 'Asked by the scraper; counts only. Keep it inside the network.',
  'GET /api/openapi.json': 'The description of the API, the same for everybody.',
  'GET /api/docs': 'The page that shows the description.',
  'GET /api/docs/assets/:file': 'Scripts and styles of that page.',
  'GET /api/v1/setup': 'Says whether the first run is still to come.',
  'POST /api/v1/setup': 'The first run itself; closed for ever after.',
  'POST /api/v1/session': 'Signing in.',
  'GET /api/v1/session': 'Who am I: answers 401 by itself when nobody is signed in.',
  'DELETE /api/v1/session': 'Signing out: ends the session of the cookie that it is sent with.',
};
