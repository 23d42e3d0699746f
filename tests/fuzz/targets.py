"""The table: every parser of bytes from outside, one row a parser. To register one, add its row.

Who reads nothing from outside is not here: command-line words, environment variables, and tables that come with bgpcheck.
"""

from __future__ import annotations

from functools import partial

from fuzz import (
    answers,
    azure,
    files,
    proofs,
    registries,
    routing,
    seeds_files,
    seeds_proofs,
    seeds_registries,
    seeds_routing,
    snapshots,
    stored,
    wires,
)
from fuzz.target import LARGE, SMALL, Target

from bgpcheck.errors import FetchError, FormatError, IntegrityError, UsageError

JSON_FAULTS = (FormatError, ValueError, RecursionError)  # of ``json.loads``, where a target itself makes objects of its bytes

TARGETS: tuple[Target, ...] = (
    # ── routers, speakers, collectors ───────────────────────────────────────────────────────────────────────────────────────
    Target("exabgp-line", routing.exabgp_line, seeds_routing.exabgp_lines),
    Target("exabgp-recording", routing.exabgp_lines, seeds_routing.recordings, most=LARGE),
    Target("exabgp-neighbors", routing.neighbors_json, seeds_routing.neighbors),
    Target("exabgp-log", routing.speaker_log, seeds_routing.log),
    Target("bgp-update", routing.update_body, seeds_routing.updates),
    Target("mrt", routing.mrt_file, seeds_routing.mrt_files),
    Target("route-file", routing.route_file, seeds_routing.route_files),
    Target("route-csv", routing.route_csv, seeds_routing.route_lists),
    Target("rtr", routing.rtr, seeds_routing.rtr),
    Target("addresses", routing.addresses, seeds_routing.addresses, most=SMALL),
    # ── registries ──────────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("rpsl-dump", registries.rpsl_dump, seeds_registries.rpsl, most=LARGE),
    Target("rpsl-contacts", registries.rpsl_contacts_out, seeds_registries.rpsl),
    Target("whois-rpsl", registries.whois_answer, seeds_registries.rpsl),
    Target("as-set", registries.as_sets, seeds_registries.as_sets),
    Target("assume", registries.planned, seeds_files.planned),
    Target("delegated", registries.delegated_file, seeds_registries.delegated),
    Target("vrps", registries.vrps_file, seeds_registries.vrps),
    Target("slurm", registries.slurm_file, seeds_registries.slurm),
    Target("rdap", answers.rdap_answer, seeds_registries.rdap, most=LARGE),
    Target("rdap-bootstrap", answers.rdap_bootstrap, seeds_registries.iana),
    Target("record", answers.record_file, seeds_registries.records, most=LARGE),
    Target("whois-arin", answers.networks("arin"), partial(seeds_registries.networks, "arin")),
    Target("whois-lacnic", answers.networks("lacnic"), partial(seeds_registries.networks, "lacnic")),
    Target("whois-jpnic", answers.networks("jpnic"), partial(seeds_registries.networks, "jpnic")),
    Target("whois-krnic", answers.networks("krnic"), partial(seeds_registries.networks, "krnic")),
    Target("irrd-status", registries.irrd, seeds_registries.irrd_status),
    Target("answer-names", answers.names_of_answers, seeds_proofs.names, most=SMALL),
    Target("json", answers.json_twins, seeds_proofs.jsons),
    # ── Azure ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("azure", azure.described, seeds_files.azure, most=LARGE),
    Target("azure-id", azure.resource_id, seeds_files.resource_ids, errors=(UsageError,), most=SMALL),
    Target("community", azure.community, seeds_files.communities, most=SMALL),
    Target("feedback-file", azure.feedback_file, seeds_files.feedback_files),
    Target("feedback-result", azure.feedback_result, seeds_files.results, errors=JSON_FAULTS, most=LARGE),
    Target("earlier-result", azure.earlier_result, seeds_files.results, most=LARGE),
    Target("retry-after", azure.retry_after, seeds_proofs.waits, most=SMALL),
    # ── a user's files, and what is kept ────────────────────────────────────────────────────────────────────────────────────
    Target("yaml", files.yaml, seeds_files.yaml),
    Target("preflight", files.preflight_file, seeds_files.preflights),
    Target("policy", files.policy_file, seeds_files.policies),
    Target("sources", files.sources_file, seeds_files.sources, most=LARGE),
    Target("samples", files.samples_file, seeds_files.samples),
    Target("template", files.template, seeds_files.templates),
    Target("packed", files.packed, seeds_files.packed),
    Target("packed-cut", files.cut_short, seeds_files.content, memory=2000),  # the packing is the target's own
    Target("snapshot", snapshots.snapshot_file, lambda: [bytes(4), bytes(4) + b"\1", (1 << 12).to_bytes(4, "big") + bytes(8)], most=SMALL),
    Target("snapshot-header", snapshots.snapshot_header, lambda: [snapshots.header_seed()], most=LARGE),
    Target("snapshot-column", snapshots.snapshot_column, snapshots.column_seeds),
    Target("cached-answer", files.cached_answer, seeds_files.cached),
    Target("download-record", files.download_record, seeds_files.downloads),
    Target("part-record", files.part_record, seeds_files.parts),
    Target("journal", files.journal_file, lambda: [files.journal_bytes()], errors=(UsageError,), most=1 << 16),
    Target("journal-rows", routing.journal_rows, seeds_routing.journal_rows, errors=JSON_FAULTS),
    # ── evidence ────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("bundle", proofs.zipped, seeds_proofs.zips, errors=(IntegrityError,)),
    Target("manifest", proofs.manifest, seeds_proofs.manifests),
    Target("bundle-member", stored.member, stored.member_seeds, errors=(IntegrityError, FormatError), most=1 << 16),
    Target("bundle-document", stored.document, stored.document_seeds, errors=(IntegrityError, FormatError), most=LARGE),
    Target("redacted-copy", proofs.copied, proofs.copy_seeds, errors=(IntegrityError,), most=1 << 16),
    Target("dsse", proofs.envelope, proofs.envelope_seeds, most=1 << 16),
    Target("history", proofs.history, seeds_proofs.histories, errors=(IntegrityError,)),
    Target("case", proofs.case, seeds_proofs.cases),
    Target("extract", answers.extract_member, seeds_registries.extracts),
    Target("key-private", proofs.private_key, proofs.key_seeds),
    Target("key-public", proofs.public_key, proofs.public_seeds),
    Target("certificate", proofs.der, lambda: list(proofs.certificate_seeds())),
    Target("certificate-text", proofs.certificate_text, seeds_proofs.certificate_texts, most=LARGE),
    Target("rfc3779", proofs.resources, proofs.resource_seeds, most=SMALL),
    Target("validation-id", proofs.signed_id, seeds_proofs.ids, most=SMALL),
    Target("signature", proofs.signature, lambda: list(proofs.signature_seeds())),
    Target("redaction", proofs.secret_in_text, seeds_proofs.redactions),
    # ── wires and text ──────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("irrd-wire", wires.irrd, seeds_proofs.irrd_talk, errors=(FetchError,)),
    Target("whois-wire", wires.whole_answer, seeds_proofs.whois_ends),
    Target("ftp", wires.ftp_replies, seeds_proofs.ftp),
    Target("http-headers", wires.http_headers, seeds_proofs.headers),
    Target("http-referral", wires.referral, seeds_proofs.urls, errors=(FetchError,), most=SMALL),
    Target("page-request", wires.page_request, seeds_proofs.requests),
    Target("azure-fault", wires.azure_fault, seeds_proofs.faults, most=SMALL),
    Target("shown-text", wires.shown, seeds_proofs.texts),
    Target("masked-text", wires.masked, seeds_proofs.secrets),
)
BY_NAME = {one.name: one for one in TARGETS}
