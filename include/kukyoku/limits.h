/*
 * Every size, count and time that a peer or a file can influence has its name here.
 * Sources: docs/protocol.md, the section named beside each group.
 */
#ifndef KUKYOKU_LIMITS_H
#define KUKYOKU_LIMITS_H

/* Sizes of fixed fields, bytes. */
#define KK_HASH_BYTES      32
#define KK_ID_BYTES        16
#define KK_KEY_BYTES       32
#define KK_SIGN_SECRET     64 /* libsodium keeps seed and public key together */
#define KK_SIG_BYTES       64
#define KK_AEAD_TAG_BYTES  16

/* Encoding (docs/protocol.md, Encoding). */
#define KK_FORM_DEPTH_MAX      8
#define KK_EXTENSION_KEY_FIRST 64 /* unknown keys from here on are kept and ignored */

/* Frames and handshake (docs/protocol.md, Transport). */
#define KK_PREAMBLE_BYTES      8
#define KK_FRAME_PLAIN_MAX     33024
#define KK_FRAME_CIPHER_MIN    (1 + KK_AEAD_TAG_BYTES)
#define KK_FRAME_CIPHER_MAX    (KK_FRAME_PLAIN_MAX + KK_AEAD_TAG_BYTES)
#define KK_FRAME_BYTES_MAX     (2 + KK_FRAME_CIPHER_MAX)
#define KK_PREAUTH_BYTES_MAX   1024
#define KK_SESSION_FRAMES_MAX  (1u << 20)
#define KK_SESSION_LIFE_MS     (60 * 60 * 1000)
#define KK_DATA_BYTES_MAX      32768
#define KK_GET_BYTES_MAX       (1024 * 1024)

/* Load of the daemon: defaults of its configuration keys (docs/protocol.md, Limits). */
#define KK_PREAUTH_CONNS_MAX        64
#define KK_PREAUTH_PER_SOURCE_MAX   8
#define KK_SESSIONS_MAX             512
#define KK_SESSIONS_PER_DEVICE_MAX  2
#define KK_REQUESTS_IN_FLIGHT_MAX   8
#define KK_OUTBOUND_SOFT_BYTES      (64 * 1024)
#define KK_OUTBOUND_HARD_BYTES      (128 * 1024)
#define KK_HANDSHAKES_PER_S         100
#define KK_HANDSHAKES_PER_SOURCE_S  5
#define KK_PREAUTH_TIMEOUT_MS       (10 * 1000)
#define KK_FRAME_TIMEOUT_MS         (30 * 1000)
#define KK_IDLE_TIMEOUT_MS          (75 * 1000)
#define KK_PING_INTERVAL_MS         (25 * 1000)
#define KK_ANSWER_TIMEOUT_MS        (30 * 1000)
#define KK_WRITE_TIMEOUT_MS         (30 * 1000)
#define KK_STORE_BUSY_MS            (5 * 1000)
#define KK_RETRY_S_MAX              60 /* that a daemon asks a device to wait */
#define KK_RETRY_TRIES_MAX          8  /* of a device whom the daemon had no room for */
#define KK_RETRY_MS_MAX             (120 * 1000)

/* Signed documents (docs/protocol.md, Trust). */
#define KK_DOCUMENT_BYTES_MAX  (1024 * 1024)
#define KK_CATALOG_BYTES_MAX   (256 * 1024)
#define KK_FRESH_BYTES_MAX     1024
#define KK_WELCOME_CATALOG_MAX 4096 /* a longer one is asked for */
#define KK_WELCOME_FRONT_MAX   8192 /* manifest and indexes together: likewise */
#define KK_WELCOME_FRONT_COUNT 8
#define KK_ROOT_CHAIN_MAX      32
#define KK_ROLE_KEYS_MAX       16
#define KK_DEVICES_MAX         4096
#define KK_SCOPES_MAX          32
#define KK_SCOPE_NAME_MAX      16
#define KK_ROOT_LIFE_DAYS      (5 * 365)
#define KK_ROSTER_LIFE_DAYS    400
#define KK_CATALOG_LIFE_DAYS   400
#define KK_ERAS_MAX            512  /* new beginnings of logs, of all scopes and all times */
#define KK_RECALLED_MAX        4096 /* blobs that recalls have taken back, in one catalog */

/* Bundles (docs/protocol.md, Bundles). */
#define KK_BLOB_BYTES_MAX         (16 * 1024 * 1024)
#define KK_PACK_PLAIN_MAX         (8 * 1024 * 1024)
#define KK_MANIFEST_BYTES_MAX     (256 * 1024)
#define KK_INDEX_BYTES_MAX        (1024 * 1024)
#define KK_SEGMENTS_MAX           1024
#define KK_DECODE_WINDOW_MAX      (16 * 1024 * 1024)
#define KK_BUNDLE_FILE_ITEMS_MAX  (1u << 20)
#define KK_BUNDLE_FILE_BYTES_MAX  (512 * 1024 * 1024) /* that a device takes in at once */

/* Mirrors (docs/protocol.md, Mirrors). */
#define KK_MIRROR_GRACE_MS    (24ll * 60 * 60 * 1000) /* of files that nothing names any more */
#define KK_MIRROR_WORD_MAX    (64 * 1024)             /* of the file `now` */
#define KK_MIRROR_CONNECT_MS  (10 * 1000)
#define KK_MIRROR_SILENCE_S   30 /* in which less than KK_MIRROR_BYTES_S a second came */
#define KK_MIRROR_BYTES_S     256
#define KK_MIRROR_REQUEST_MS  (10ll * 60 * 1000)
#define KK_MIRROR_REDIRECTS   3
#define KK_MIRROR_CUTS        8 /* pieces that break off, of one mirror in one sync */

/* Records (docs/protocol.md, Record log). */
#define KK_OP_BYTES_MAX        1024
#define KK_BODY_BYTES_MAX      (16 * 1024)
#define KK_BODY_SEALED_MAX     (KK_BODY_BYTES_MAX + 64)
#define KK_OP_PARENTS_MAX      8
#define KK_OP_REFS_MAX         4
#define KK_ENTRIES_PER_LOG_MAX 256
#define KK_AUDIT_PAGE_MAX      1024
#define KK_HLC_SKEW_MS         (10 * 60 * 1000)

_Static_assert(KK_DATA_BYTES_MAX + 64 <= KK_FRAME_PLAIN_MAX, "a full DATA message fits one frame");
_Static_assert(KK_FRAME_BYTES_MAX == 33042, "the frame buffer of docs/protocol.md");
_Static_assert(KK_BODY_SEALED_MAX + KK_OP_BYTES_MAX + 256 <= KK_FRAME_PLAIN_MAX,
               "one operation with its body always fits one frame");

#endif
