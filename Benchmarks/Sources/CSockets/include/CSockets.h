#pragma once
// The batched datagram calls, and epoll, that Swift's Glibc module does not show.
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/// Datagrams of one batch.
#define CSOCKETS_BATCH 64
/// Octets kept of each.
#define CSOCKETS_OCTETS 512

/// A batch of datagrams, each with its peer and length.
struct csockets_batch {
  struct sockaddr_in peers[CSOCKETS_BATCH];
  uint16_t lengths[CSOCKETS_BATCH];
  uint8_t octets[CSOCKETS_BATCH * CSOCKETS_OCTETS];
};

// Swift sees long C arrays as tuples or not at all: these reach their first elements.
static inline struct sockaddr_in *csockets_peers(struct csockets_batch *batch) { return batch->peers; }
static inline uint16_t *csockets_lengths(struct csockets_batch *batch) { return batch->lengths; }
static inline uint8_t *csockets_octets(struct csockets_batch *batch) { return batch->octets; }

/// Receives up to a batch without blocking; returns how many, or -1.
int csockets_receive(int socket, struct csockets_batch *batch);
/// Sends the first `count` of the batch; returns how many left, or -1.
int csockets_send(int socket, struct csockets_batch *batch, int count);
