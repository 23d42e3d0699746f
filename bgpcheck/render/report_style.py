"""How the report looks: in light and dark, wide, on a phone and on paper. Pure data; the lab's page begins with ``BASE`` too.

Rule: whatever a colour says, a sign and a word say too.
"""

from __future__ import annotations

BASE = """
:root{color-scheme:light dark;--ground:#fff;--ink:#1b1f24;--pale:#59636e;--line:#d1d9e0;--soft:#f3f5f7;
--configured:#116329;--validation-needed:#8a4600;--manual-validation:#8250df;--undetermined:#0550ae;--blocker:#b31d28}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--pale:#9198a1;--line:#3d444d;--soft:#161b22;
--configured:#56d364;--validation-needed:#e3b341;--manual-validation:#bc8cff;--undetermined:#79c0ff;--blocker:#ff7b72}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:72rem;margin:0 auto;padding:1.5rem 1rem 3rem}
header{border-left:.4rem solid;padding:.2rem 0 .2rem 1rem}header>*{color:var(--ink)}header p{margin:.3rem 0}
h1{font-size:1.5rem;line-height:1.25;margin:0}h2{font-size:1.2rem;margin:2rem 0 .6rem}h3{font-size:1rem;margin:0 0 .2rem}
p{margin:.4rem 0}.pale{color:var(--pale);font-size:.9rem}h1,h3,p,li,.free{overflow-wrap:anywhere}
code,pre{font:.88em/1.45 ui-monospace,Menlo,Consolas,monospace}h3 code{margin-right:.6rem}a{color:inherit}
pre{background:var(--soft);border-radius:.3rem;padding:.5rem .7rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-size:.85rem;color:var(--pale);font-weight:600}
.verdict{font-weight:600;white-space:nowrap}.configured{color:var(--configured)}.validation-needed{color:var(--validation-needed)}
.manual-validation{color:var(--manual-validation)}.undetermined{color:var(--undetermined)}.blockers{color:var(--blocker)}
article{border-top:1px solid var(--line);padding:.8rem 0}ol{margin:.3rem 0;padding-left:1.4rem}li{margin:.3rem 0}
details{margin:.3rem 0}[data-label=rule]{white-space:nowrap}summary{cursor:pointer;color:var(--pale)}
.road{max-width:100%;height:auto;font:13px system-ui,sans-serif}.road text{fill:var(--ink)}.road .who{fill:var(--pale);font-size:12px}
.road rect{fill:var(--soft);stroke:var(--line)}.road .done{stroke-dasharray:4 3}.road .here{stroke:var(--undetermined);stroke-width:3}
.road path{fill:none;stroke:var(--pale);stroke-width:1.5}
@media (max-width:44rem){thead{position:absolute;left:-200vw}tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}
td{display:grid;grid-template-columns:6.5rem 1fr;border:0;padding:.05rem 0}
td::before{content:attr(data-label);color:var(--pale);font-size:.85rem}
.facts td:nth-child(-n+2){display:inline-block;margin-right:.8rem}.facts td:nth-child(-n+2)::before{content:none}}
@media print{:root{color-scheme:light}body{font-size:10pt;max-width:none;padding:0}tr,li{break-inside:avoid}h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto}summary{list-style:none}}
"""
STYLE = (
    BASE
    + """
body{max-width:76rem}h4{font-size:.95rem;margin:.8rem 0 .1rem}h4,dd{overflow-wrap:anywhere}section{margin-bottom:3rem}
html{scroll-padding-top:1rem}:focus-visible{outline:3px solid var(--undetermined);outline-offset:2px}
pre i{font-style:normal;color:var(--pale);user-select:none}tbody th{font-weight:400;font-size:1rem;color:var(--ink)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.5rem 0}dt{color:var(--pale)}dd{margin:0}
.agrees{color:var(--configured)}.disagrees{color:var(--blocker)}.silent{color:var(--undetermined)}.nothing,.idle{color:var(--pale)}
.matrix td,.matrix th{white-space:nowrap;padding-right:.7rem}.scroll{overflow-x:auto}.paper{display:none}
.entry{padding-left:.8rem;border-left:3px solid var(--line);margin:.6rem 0}
.entry:target{border-color:var(--undetermined);background:var(--soft)}.entry:target pre{background:var(--ground)}
@media (max-width:44rem){tbody th{display:grid;grid-template-columns:6.5rem 1fr;border:0;padding:.05rem 0}
tbody th::before{content:attr(data-label);color:var(--pale);font-size:.85rem}
dl{grid-template-columns:1fr}dt{margin-top:.3rem}.matrix td,.matrix th{white-space:normal}}
@page{margin:14mm}
@media print{:root{--ground:#fff;--ink:#000;--pale:#444;--line:#bbb;--soft:#f3f5f7;
--configured:#116329;--validation-needed:#8a4600;--manual-validation:#6b3fc0;--undetermined:#0550ae;--blocker:#b31d28}
.entry,svg{break-inside:avoid}h4{break-after:avoid}a{text-decoration:none}.paper{display:block}
details:not([open]):not(.printed)::details-content{content-visibility:hidden;block-size:0}
.scroll{overflow:visible}.matrix{font-size:7pt}.matrix td,.matrix th{white-space:normal;padding-right:.25rem}
.matrix th,.matrix .verdict,.matrix a{white-space:nowrap}.matrix thead th{font-size:6.5pt}}
"""
)
