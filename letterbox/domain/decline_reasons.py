"""What a reason of non-acceptance may begin with, ground by ground (A4): the screener edits it, the writer reads it [ours]."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.vocabulary import Ground

DECLINE_REASONS: Mapping[Ground, str] = {
    Ground.STATUTORY_PROCEDURE: "您反映的事项已经进入诉讼、仲裁、行政复议等法定程序，本信箱不能同时受理。请在原程序中提出您的意见；"
    "对结果不服的，请按法律规定的期限和途径提出。",
    Ground.ACCEPTED_ELSEWHERE: "您反映的事项已由有关乡镇或部门受理，正在办理期限内，请等待办理结果，不用重复来信。"
    "凭原来信编号可以查询进展；超过期限没有答复的，可以再次来信。",
    Ground.PETITION_CONCLUDED: "您反映的事项已经信访终结，本信箱不再受理。有新的事实和证据的，请写明后向原办理单位提出。",
    Ground.REVIEW_NOT_SOUGHT: "您对处理意见或复查意见不服，没有在规定期限内申请复查或复核，本信箱不再受理。"
    "有正当理由没能按期申请的，请向原办理单位说明。",
    Ground.UNVERIFIABLE: "来信没有写清事实或者责任主体，请您补充后仍然无法核实，本信箱不能受理。"
    "请写清时间、地点、涉及的单位和经过后再来信。",
    Ground.SALES_OR_PRIVATE: "来信属于推销、邀请或者写给领导的私人信件，不属于本信箱办理的事项。",
    Ground.OUT_OF_SCOPE: "来信反映的事项不属于本信箱的受理范围，请向对该事项有管辖权的机关反映。",
}
