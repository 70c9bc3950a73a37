/** Channels, and who is in them. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../routes/entry.ts';
import {
  channelSchema,
  memberSchema,
  newChannelSchema,
  newMemberSchema,
  newReadCursorSchema,
  readCursorSchema,
} from './channels.ts';

const id = z.string().min(1).max(100);
const params = z.object({ channelId: id });

export const channelRoutes = {
  listChannels: {
    method: 'get',
    path: '/api/v1/channels',
    summary: 'The channels one is in, newest first; `all=true`, for the owner alone: all there are.',
    description:
      'Where `next` is present there is more: pass it as `cursor`. What is unread is `lastSeq` beyond `readSeq`.',
    authenticated: true,
    hub: true,
    query: z.object({ all: z.enum(['true', 'false']).optional(), ...cursorQuery }),
    responses: { 200: page(channelSchema) },
    errors: ['invalid_input'],
  },
  createChannel: {
    method: 'post',
    path: '/api/v1/channels',
    summary: 'A new channel with its members. A dm that is there already is answered with 200.',
    description:
      'Whoever makes it is in it, and may take in others. A dm has exactly one other member, and no name of its own.',
    authenticated: true,
    hub: true,
    body: newChannelSchema,
    responses: { 200: data(channelSchema), 201: data(channelSchema) },
    errors: bodyErrors,
  },
  getChannel: {
    method: 'get',
    path: '/api/v1/channels/{channelId}',
    summary: 'One channel, as whoever asks sees it.',
    description:
      'For its members and for the owner; to others there is no such channel. Clients ask this for each message.',
    authenticated: true,
    hub: true,
    params,
    responses: { 200: data(channelSchema) },
    errors: ['not_found'],
  },
  listMembers: {
    method: 'get',
    path: '/api/v1/channels/{channelId}/members',
    summary: 'Who is in a channel, by handle, and how far each has read.',
    description: 'For its members and for the owner. Where `next` is present there is more: pass it as `cursor`.',
    authenticated: true,
    hub: true,
    params,
    query: z.object(cursorQuery),
    responses: { 200: page(memberSchema) },
    errors: ['invalid_input', 'not_found'],
  },
  addMember: {
    method: 'post',
    path: '/api/v1/channels/{channelId}/members',
    summary: 'Takes a principal into a channel. For whoever made it, and for the owner.',
    description:
      'Who is taken in may read what was said before. 409 where they are in already, and for a dm, which stays between two.',
    authenticated: true,
    hub: true,
    params,
    body: newMemberSchema,
    responses: { 201: data(memberSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  removeMember: {
    method: 'delete',
    path: '/api/v1/channels/{channelId}/members/{principalId}',
    summary: 'Takes a principal out of a channel. For themselves, for whoever made it, and for the owner.',
    description:
      'From then on they are sent nothing of it. What they said stays. 409 for a dm, which stays between two.',
    authenticated: true,
    hub: true,
    params: z.object({ channelId: id, principalId: id }),
    responses: { 200: data(memberSchema) },
    errors: ['not_found', 'conflict'],
  },
  markRead: {
    method: 'post',
    path: '/api/v1/channels/{channelId}/read',
    summary: 'Says how far one has read. It only ever goes forward.',
    description:
      'The other members are told with a `receipt` frame. A number beyond the newest message means that one.',
    authenticated: true,
    hub: true,
    params,
    body: newReadCursorSchema,
    responses: { 200: data(readCursorSchema) },
    errors: [...bodyErrors, 'not_found'],
  },
} as const satisfies Record<string, RouteEntry>;
