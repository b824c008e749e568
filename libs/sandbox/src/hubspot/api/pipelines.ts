import { notFound, validation } from '../errors.ts';
import { bodyObject, objectType, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { iso } from '../records/view.ts';
import type { ObjectType } from '../schema/schema-types.ts';
import type { Pipeline, PipelineInput, Stage } from '../store/pipelines.ts';

const stageView = (s: Stage) => ({
  id: s.id, label: s.label, displayOrder: s.displayOrder, metadata: { isClosed: String(s.isClosed), probability: s.probability.toFixed(1) }, writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
  createdAt: iso(s.createdAt), updatedAt: iso(s.createdAt), archived: false,
});
const view = (p: Pipeline) => ({ id: p.id, label: p.label, displayOrder: p.displayOrder, stages: p.stages.map(stageView), createdAt: iso(p.createdAt), updatedAt: iso(p.createdAt), archived: false });

/** The sandbox has pipelines for deals only. */
function pipelines(request: RestRequest): readonly Pipeline[] {
  return objectType(request.params['type']!).name === 'deals' ? request.account.pipelines.all : [];
}

function one(request: RestRequest): Pipeline {
  const found = pipelines(request).find((p) => p.id === request.params['id']);
  if (!found) throw notFound(`Pipeline ${request.params['id']!} does not exist`);
  return found;
}

function create(request: RestRequest): Reply {
  const body = bodyObject(request) as unknown as PipelineInput;
  if (objectType(request.params['type']!).name !== 'deals') throw validation('Pipelines are not supported for this object type.');
  if (!body.label || !body.stages?.length) throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [label, stages]');
  return { status: 201, body: view(request.account.pipelines.add(body)) };
}

function stage(request: RestRequest): Reply {
  const found = one(request).stages.find((s) => s.id === request.params['stage']);
  if (!found) throw notFound(`Stage ${request.params['stage']!} does not exist`);
  return ok(stageView(found));
}

const scope = (type: ObjectType) => type.readScope;

export const pipelineRoutes: Route[] = [
  { method: 'GET', area: 'pipelines', pattern: ':type', operation: 'pipelines.list', scope, handler: (r) => ok({ results: pipelines(r).map(view) }) },
  { method: 'POST', area: 'pipelines', pattern: ':type', operation: 'pipelines.create', scope: (type) => type.writeScope, handler: create },
  { method: 'GET', area: 'pipelines', pattern: ':type/:id', operation: 'pipelines.read', scope, handler: (r) => ok(view(one(r))) },
  { method: 'GET', area: 'pipelines', pattern: ':type/:id/stages', operation: 'pipelines.stages', scope, handler: (r) => ok({ results: one(r).stages.map(stageView) }) },
  { method: 'GET', area: 'pipelines', pattern: ':type/:id/stages/:stage', operation: 'pipelines.stage', scope, handler: stage },
];
