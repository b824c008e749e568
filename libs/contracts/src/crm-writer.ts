export * from './generated/signalbox/crm_writer/v1/types.ts';
export * from './generated/signalbox/crm_writer/v1/service.ts';
export * from './generated/signalbox/crm_writer/v1/events.ts';
