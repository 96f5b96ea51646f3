# shellcheck shell=bash
# Printed from the lists in the code; renewed by tests/lint/derived.py --write.
_kukyoku_nouns() {
    echo 'authority passphrase enroll sync purge search sheet digest status doctor config issue case docket program record draft outbox karte device media receipt audit timeline ui verify backup restore help data release'
}

_kukyoku_verbs() {
    case $1 in
    authority) echo 'init invite requests approve revoke transfer rotate adopt sign publish discard era settings renew roster' ;;
    passphrase) echo 'set change remove' ;;
    config) echo 'check show' ;;
    issue) echo 'new edit rung submit list show' ;;
    case) echo 'list show receive refuse review ask reply negotiate propose confirm decline-proposal retract decline withdraw comment' ;;
    docket) echo 'new list show act' ;;
    program) echo 'new publish start evaluate resume end edit list show' ;;
    record) echo 'fields tables new edit resolve list show share unshare close erase retention handover export import' ;;
    draft) echo 'new edit change words list show finish drop' ;;
    outbox) echo 'list show resend redraft drop' ;;
    device) echo 'list' ;;
    media) echo 'export import erase list' ;;
    receipt) echo 'export verify' ;;
    audit) echo 'list verify export served freeze proof' ;;
    data) echo 'list get reference practice export' ;;
    release) echo 'check protect build approve publish recall renew list show diff template export' ;;
    esac
}

_kukyoku_options() {
    case "$1 $2" in
    'authority init'*) echo ' --dir --city --roots --threshold --endpoint --demo' ;;
    'authority invite'*) echo ' --dir --role --ward --holder --office --section --post --days --out --spool --daemon-out' ;;
    'authority approve'*) echo ' --dir --fingerprint --replaces --spool --daemon-out' ;;
    'authority revoke'*) echo ' --dir --spool --daemon-out --drained' ;;
    'authority transfer'*) echo ' --dir --spool --daemon-out' ;;
    'authority rotate'*) echo ' --dir --root --lost --add --threshold --spool --daemon-out' ;;
    'authority adopt'*) echo ' --dir' ;;
    'authority sign'*) echo ' --dir --out' ;;
    'authority publish'*) echo ' --dir --spool --daemon-out' ;;
    'authority discard'*) echo ' --dir' ;;
    'authority era'*) echo ' --dir --spool --daemon-out' ;;
    'authority settings'*) echo ' --dir --spool --daemon-out --days --line --media --draining --endpoint --mirror --no-mirrors --files --retention --rules' ;;
    'authority renew'*) echo ' --dir --spool --daemon-out --new-epochs' ;;
    'authority roster'*) echo ' --dir' ;;
    'passphrase set'*) echo ' --dir --new-passphrase-file' ;;
    'passphrase change'*) echo ' --dir --new-passphrase-file' ;;
    'passphrase remove'*) echo ' --dir' ;;
    'enroll '*) echo ' --label --public --fingerprint --mirror --request-out' ;;
    'sync '*) echo ' --watch --mirror --mirrors --wait' ;;
    'search '*) echo ' --kind --area --since --open --limit' ;;
    'sheet '*) echo ' --as-of --public --for --tick --figure --title --out --confirm-personal' ;;
    'digest '*) echo ' --since' ;;
    'status '*) echo ' --notice' ;;
    'doctor '*) echo ' --fix --dir --demo' ;;
    'config show'*) echo ' --origin' ;;
    'issue new'*) echo ' --set --file --confirm-personal' ;;
    'issue edit'*) echo ' --set --file --confirm-personal' ;;
    'issue rung'*) echo ' --set --file --confirm-personal' ;;
    'issue submit'*) echo ' --set --file --confirm-personal' ;;
    'issue list'*) echo ' --rung --from --area --since --open --limit' ;;
    'issue show'*) echo ' --print' ;;
    'case list'*) echo ' --all --state --ward --field --fund --priority --waits --age --due --counts --overdue' ;;
    'case show'*) echo ' --print' ;;
    'case receive'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case refuse'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case review'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case ask'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case reply'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case negotiate'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case propose'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case confirm'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case decline-proposal'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case retract'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case decline'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case withdraw'*) echo ' --set --file --feedback --confirm-personal' ;;
    'case comment'*) echo ' --set --file --feedback --confirm-personal' ;;
    'docket new'*) echo ' --set --file --confirm-personal' ;;
    'docket list'*) echo ' --from --area --since --open --limit' ;;
    'docket show'*) echo ' --print' ;;
    'docket act'*) echo ' --set --file --confirm-personal' ;;
    'program new'*) echo ' --set --file --confirm-personal' ;;
    'program publish'*) echo ' --set --file --confirm-personal' ;;
    'program start'*) echo ' --set --file --confirm-personal' ;;
    'program evaluate'*) echo ' --set --file --confirm-personal' ;;
    'program resume'*) echo ' --set --file --confirm-personal' ;;
    'program end'*) echo ' --set --file --confirm-personal' ;;
    'program edit'*) echo ' --set --file --confirm-personal' ;;
    'program list'*) echo ' --state --from --area --since --open --limit' ;;
    'program show'*) echo ' --print' ;;
    'record new'*) echo ' --set --file --template --confirm-personal' ;;
    'record edit'*) echo ' --set --file --confirm-personal' ;;
    'record resolve'*) echo ' --take --set --confirm-personal' ;;
    'record list'*) echo ' --from --area --since --open --limit' ;;
    'record show'*) echo ' --print' ;;
    'record share'*) echo ' --confirm-personal' ;;
    'record erase'*) echo ' --reason --only --confirm-personal' ;;
    'record handover'*) echo ' --from --to --note' ;;
    'record export'*) echo ' --shared' ;;
    'record import'*) echo ' --sheet --accept-valid-rows --confirm-personal' ;;
    'draft new'*) echo ' --set --file' ;;
    'draft edit'*) echo ' --set --file' ;;
    'draft change'*) echo ' --set --file' ;;
    'draft words'*) echo ' --set --file' ;;
    'draft finish'*) echo ' --confirm-personal' ;;
    'outbox list'*) echo ' --sent --since --limit' ;;
    'karte '*) echo ' --edition --list --format --out --extract --title --year --release --figure --paragraph --confirm-personal' ;;
    'device list'*) echo ' --ward' ;;
    'media export'*) echo ' --approver' ;;
    'media import'*) echo ' --approver' ;;
    'media erase'*) echo ' --approver' ;;
    'receipt verify'*) echo ' --root' ;;
    'audit list'*) echo ' --scope --since' ;;
    'audit verify'*) echo ' --scope --root' ;;
    'audit export'*) echo ' --scope' ;;
    'audit served'*) echo ' --scope --since' ;;
    'ui '*) echo ' --no-open --port' ;;
    'verify '*) echo ' --repair' ;;
    'backup '*) echo ' --dir' ;;
    'restore '*) echo ' --dir --test --force' ;;
    'data list'*) echo ' --public' ;;
    'data get'*) echo ' --indicator --area --period --breakdown --as-of --compare --linked --public --format --encoding' ;;
    'data reference'*) echo ' --table --as-of' ;;
    'data export'*) echo ' --format --encoding --scope --as-of' ;;
    'release check'*) echo ' --reference --scope --mapping --keep-mapping --sheet --rejected --series-factor --accept-valid-rows' ;;
    'release protect'*) echo ' --working --scope --reference --settings --history-incomplete --mapping --sheet --series-factor --accept-valid-rows --out' ;;
    'release build'*) echo ' --scope --reference --title --note --editions --practice --confirm-personal --settings --history-incomplete --mapping --sheet --series-factor --accept-valid-rows --out' ;;
    'release approve'*) echo ' --out' ;;
    'release publish'*) echo ' --spool --out' ;;
    'release recall'*) echo ' --scope --indicator --area --period --breakdown --practice --note --title --settings --history-incomplete --out' ;;
    'release renew'*) echo ' --history-incomplete --out' ;;
    'release list'*) echo ' --who' ;;
    'release diff'*) echo ' --scope' ;;
    'release template'*) echo ' --scope --indicator --period' ;;
    'release export'*) echo ' --format --encoding --scope' ;;
    esac
    echo ' --config --home --json --lang --dry-run --quiet --verbose --no-color --progress --exit-code-unchanged --passphrase-file --help --version'
}

_kukyokud_options() {
    echo ' --config --check --show --log-format --export --ward --device --grace --backup --with-keys --restore --dry-run --test --force --backups --help --version'
}

_kukyoku() {
    local values=' --config --home --lang --progress --passphrase-file --dir --city --roots --threshold --endpoint --dir --role --ward --holder --office --section --post --days --out --spool --daemon-out --dir --fingerprint --replaces --spool --daemon-out --dir --spool --daemon-out --dir --spool --daemon-out --dir --root --lost --threshold --spool --daemon-out --dir --dir --out --dir --spool --daemon-out --dir --dir --spool --daemon-out --dir --spool --daemon-out --days --line --media --draining --endpoint --mirror --files --retention --rules --dir --spool --daemon-out --dir --dir --new-passphrase-file --dir --new-passphrase-file --dir --label --fingerprint --mirror --request-out --mirror --wait --kind --area --since --limit --as-of --for --tick --figure --title --out --since --dir --set --file --set --file --set --file --set --file --rung --from --area --since --limit --print --state --ward --field --fund --priority --waits --age --due --print --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --feedback --set --file --from --area --since --limit --print --set --file --set --file --set --file --set --file --set --file --set --file --set --file --set --file --state --from --area --since --limit --print --set --file --set --file --take --set --from --area --since --limit --print --reason --only --from --to --note --sheet --set --file --set --file --set --file --set --file --since --limit --edition --format --out --title --year --release --figure --paragraph --ward --approver --approver --approver --root --scope --since --scope --root --scope --scope --since --port --dir --dir --indicator --area --period --breakdown --as-of --format --encoding --table --as-of --format --encoding --scope --as-of --reference --scope --mapping --sheet --rejected --series-factor --working --scope --reference --settings --history-incomplete --mapping --sheet --series-factor --out --scope --reference --title --note --practice --settings --history-incomplete --mapping --sheet --series-factor --out --out --spool --out --scope --indicator --area --period --breakdown --practice --note --title --settings --history-incomplete --out --history-incomplete --out --who --scope --scope --indicator --period --format --encoding --scope --config --log-format --export --ward --device --grace --backup --restore '
    local dirs=' --home --dir --dir --spool --dir --spool --dir --spool --dir --spool --dir --root --spool --dir --dir --dir --spool --dir --dir --spool --dir --spool --dir --spool --dir --dir --reference --reference --out --reference --spool --backup '
    local files=' --config --passphrase-file --out --daemon-out --daemon-out --daemon-out --daemon-out --daemon-out --out --daemon-out --daemon-out --daemon-out --daemon-out --new-passphrase-file --new-passphrase-file --request-out --out --file --file --file --file --print --print --file --file --file --file --file --file --file --file --file --file --file --file --file --file --print --file --file --file --file --file --file --file --file --print --file --file --print --file --file --file --file --out --rejected --working --scope --settings --scope --settings --out --out --out --settings --out --out --who --config '
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local noun='' verb='' words='' at i
    [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
    [[ $cur == '=' ]] && cur=''
    for ((i = 1; i < COMP_CWORD; i++)); do
        at=${COMP_WORDS[i]}
        if [[ $at == '=' ]]; then
            ((i++))
        elif [[ $at == -* ]]; then
            [[ $values == *" $at "* && ${COMP_WORDS[i + 1]} != '=' ]] && ((i++))
        elif [[ -z $noun ]]; then
            noun=$at
        elif [[ -z $verb ]]; then
            verb=$at
        fi
    done
    COMPREPLY=()
    if [[ $dirs == *" $prev "* ]]; then
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        return
    elif [[ $files == *" $prev "* ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
    elif [[ $prev == --lang ]]; then
        words='ja en'
    elif [[ $prev == --progress ]]; then
        words='auto never json'
    elif [[ $prev == --log-format ]]; then
        words='text json'
    elif [[ $values == *" $prev "* ]]; then
        return
    elif [[ $1 == *kukyokud ]]; then
        words=$(_kukyokud_options)
    elif [[ $cur == -* ]]; then
        words=$(_kukyoku_options "$noun" "$verb")
    elif [[ -z $noun ]]; then
        words=$(_kukyoku_nouns)
    elif [[ -z $verb ]]; then
        words=$(_kukyoku_verbs "$noun")
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -o default -F _kukyoku kukyoku kukyokud
