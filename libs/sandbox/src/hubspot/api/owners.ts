import { notFound } from '../errors.ts';
import { flag, nextPage, ok, wholeNumber, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { iso } from '../records/view.ts';
import type { Owner } from '../store/owners.ts';

const SCOPE = 'crm.objects.owners.read';
const view = (o: Owner) => ({ id: o.id, email: o.email, type: 'PERSON', firstName: o.firstName, lastName: o.lastName, userId: o.userId, userIdIncludingInactive: o.userId, createdAt: iso(o.createdAt), updatedAt: iso(o.createdAt), archived: o.archived });

function list(request: RestRequest): Reply {
  const limit = wholeNumber(request.query.get('limit'), 100, 500, 'limit') || 100;
  const email = request.query.get('email');
  const archived = flag(request.query, 'archived');
  const after = Number(request.query.get('after') ?? 0);
  const all = request.account.owners.all.filter((o) => o.archived === archived && (!email || o.email === email) && Number(o.id) > after);
  const results = all.slice(0, limit);
  return ok({ results: results.map(view), ...(all.length > limit ? { paging: nextPage(request, results.at(-1)!.id) } : {}) });
}

function read(request: RestRequest): Reply {
  const owner = request.account.owners.find(request.params['id']!, request.query.get('idProperty') ?? undefined);
  if (!owner) throw notFound();
  return ok(view(owner));
}

export const ownerRoutes: Route[] = [
  { method: 'GET', area: 'owners', pattern: '', operation: 'owners.list', scope: SCOPE, handler: list },
  { method: 'GET', area: 'owners', pattern: ':id', operation: 'owners.read', scope: SCOPE, handler: read },
];
