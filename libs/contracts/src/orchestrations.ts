export * from './generated/signalbox/orchestrations/v1/types.ts';
export * from './generated/signalbox/orchestrations/v1/service.ts';
export * from './generated/signalbox/orchestrations/v1/events.ts';
