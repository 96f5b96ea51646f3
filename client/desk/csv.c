/* The reader of CSV (csv.h): one state a byte, nothing is allocated. */
#include "desk/csv.h"

static const uint8_t bom[] = { 0xef, 0xbb, 0xbf };

void kk_csv_init(struct kk_csv *c, kk_csv_fn *fn, void *user)
{
    c->fn = fn;
    c->user = user;
    c->state = KK_CSV_BOM;
    c->flaw = KK_CSV_SOUND;
    c->line = c->first_line = 1;
    c->separator = ',';
    c->bom = 0;
    c->len = c->count = 0;
}

/* The first flaw of a record is the one that is told. */
static void flaw(struct kk_csv *c, enum kk_csv_flaw what)
{
    if (c->flaw == KK_CSV_SOUND)
        c->flaw = what;
}

static void put(struct kk_csv *c, uint8_t byte)
{
    if (c->len == KK_CSV_BYTES_MAX)
        flaw(c, KK_CSV_LONG);
    else
        c->text[c->len++] = byte;
}

static void end_field(struct kk_csv *c)
{
    if (c->count == KK_CSV_FIELDS_MAX)
        flaw(c, KK_CSV_LONG);
    else
        c->ends[c->count++] = c->len;
    c->state = KK_CSV_START;
}

static int end_record(struct kk_csv *c)
{
    struct kk_slice fields[KK_CSV_FIELDS_MAX];
    bool empty = c->state == KK_CSV_START && c->count == 0 && c->flaw == KK_CSV_SOUND;
    struct kk_csv_record record = { .fields = fields, .line = c->first_line };
    size_t start = 0;
    int r = 0;

    end_field(c);
    for (size_t i = 0; i < c->count; i++) {
        fields[i] = kk_slice(c->text + start, c->ends[i] - start);
        start = c->ends[i];
    }
    record.count = c->count;
    record.flaw = c->flaw;
    if (!empty)
        r = c->fn(c->user, &record);
    c->len = c->count = 0;
    c->flaw = KK_CSV_SOUND;
    c->first_line = c->line;
    return r;
}

/* Outside of quotes. */
static int take_plain(struct kk_csv *c, uint8_t byte)
{
    if (byte == (uint8_t)c->separator) {
        end_field(c);
        return 0;
    }
    switch (byte) {
    case '\n':
        c->line++;
        return end_record(c);
    case '\r':
        /* The end of the line, if an LF follows; the state of an empty line must stay. */
        c->state = c->state == KK_CSV_START && c->count == 0 ? KK_CSV_START : KK_CSV_AFTER_CR;
        return 0;
    case '"':
        if (c->state == KK_CSV_START) {
            c->state = KK_CSV_QUOTED;
            return 0;
        }
        flaw(c, KK_CSV_STRAY_QUOTE);
        return 0;
    default:
        if (c->state == KK_CSV_AFTER_QUOTE)
            flaw(c, KK_CSV_STRAY_QUOTE);
        else
            c->state = KK_CSV_PLAIN;
        put(c, byte);
        return 0;
    }
}

static void take_quoted(struct kk_csv *c, uint8_t byte)
{
    if (byte == '"') {
        c->state = KK_CSV_AFTER_QUOTE;
        return;
    }
    c->line += byte == '\n';
    put(c, byte);
}

static int take(struct kk_csv *c, uint8_t byte)
{
    switch (c->state) {
    case KK_CSV_QUOTED:
        take_quoted(c, byte);
        return 0;
    case KK_CSV_AFTER_QUOTE:
        if (byte == '"') {
            put(c, '"');
            c->state = KK_CSV_QUOTED;
            return 0;
        }
        return take_plain(c, byte);
    case KK_CSV_AFTER_CR:
        if (byte != '\n')
            flaw(c, KK_CSV_BARE_CR);
        return take_plain(c, byte);
    case KK_CSV_BOM:
    case KK_CSV_START:
    case KK_CSV_PLAIN:
        break;
    }
    return take_plain(c, byte);
}

/* true: the byte belongs to the mark. A file that only begins like one keeps its bytes. */
static bool take_bom(struct kk_csv *c, uint8_t byte)
{
    if (c->bom < sizeof bom && byte == bom[c->bom]) {
        c->bom++;
        return true;
    }
    c->state = KK_CSV_START;
    for (unsigned i = 0; c->bom < sizeof bom && i < c->bom; i++) {
        put(c, bom[i]);
        c->state = KK_CSV_PLAIN;
    }
    return false;
}

int kk_csv_feed(struct kk_csv *c, struct kk_slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (c->state == KK_CSV_BOM && take_bom(c, bytes.data[i]))
            continue;
        int r = take(c, bytes.data[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

int kk_csv_end(struct kk_csv *c)
{
    if (c->state == KK_CSV_BOM && c->bom > 0 && c->bom < sizeof bom)
        kk_ignore(take_bom(c, 0) ? 1 : 0); /* half a mark is text */
    if (c->state == KK_CSV_QUOTED)
        flaw(c, KK_CSV_OPEN_QUOTE);
    if (c->state == KK_CSV_AFTER_CR)
        flaw(c, KK_CSV_BARE_CR);
    if (c->state == KK_CSV_BOM || (c->state == KK_CSV_START && c->count == 0))
        return 0;
    return end_record(c);
}
