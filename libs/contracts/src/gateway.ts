export * from './generated/signalbox/gateway/v1/service.ts';
