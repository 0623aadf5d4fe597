// What a diagram may hold, judged on the very tree that the engine goes on to parse and before it parses any of it: at each
// deployment, whoever deploys, and again whenever a stored diagram is read. Each refusal begins with `letterbox:` and a word
// that letterbox/bundle/engine_refusals.py has the Chinese for.
import groovy.transform.CompileStatic
import org.operaton.bpm.engine.impl.bpmn.parser.BpmnParse
import org.operaton.bpm.engine.impl.bpmn.parser.BpmnParser
import org.operaton.bpm.engine.impl.cfg.BpmnParseFactory
import org.operaton.bpm.engine.impl.util.xml.Element

/** The engine's parser with our check in front. */
@CompileStatic
class CheckedParse extends BpmnParse {
    private final boolean mayCount

    CheckedParse(BpmnParser parser, boolean mayCount) {
        super(parser)
        this.mayCount = mayCount
    }

    @Override
    protected void parseRootElement() {
        if (!hasErrors()) new DiagramCheck(this, mayCount).check(getRootElement())
        if (!hasErrors()) super.parseRootElement()
    }
}

@CompileStatic
class CheckedParses implements BpmnParseFactory {
    private final boolean mayCount

    /** `mayCount`: listeners that count sequence flows are allowed (test and simulation profiles). */
    CheckedParses(boolean mayCount) { this.mayCount = mayCount }

    BpmnParse createBpmnParse(BpmnParser parser) { new CheckedParse(parser, mayCount) }
}

@CompileStatic
class DiagramCheck {
    static final String BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
    static final String DIAGRAM = 'http://www.omg.org/spec/BPMN/20100524/DI'
    static final String XSI = 'http://www.w3.org/2001/XMLSchema-instance'
    static final Set<String> ENGINE = ['http://camunda.org/schema/1.0/bpmn', 'http://operaton.org/schema/1.0/bpmn'] as Set<String>
    static final String ACTIVITI = 'http://activiti.org/bpmn'

    static final Set<String> ELEMENTS = '''
        definitions process collaboration participant participantMultiplicity messageFlow laneSet childLaneSet lane flowNodeRef
        message signal error escalation category categoryValue categoryValueRef
        startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent
        userTask serviceTask sendTask receiveTask businessRuleTask manualTask task callActivity subProcess transaction
        exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway
        sequenceFlow conditionExpression incoming outgoing documentation extensionElements
        textAnnotation text association group
        messageEventDefinition signalEventDefinition timerEventDefinition errorEventDefinition escalationEventDefinition
        conditionalEventDefinition condition terminateEventDefinition linkEventDefinition source target
        compensateEventDefinition cancelEventDefinition timeDate timeCycle timeDuration
        multiInstanceLoopCharacteristics loopCardinality completionCondition loopDataInputRef inputDataItem
        standardLoopCharacteristics
        dataObject dataObjectReference dataStore dataStoreReference dataState property
        dataInputAssociation dataOutputAssociation sourceRef targetRef
    '''.split().toList() as Set<String>
    static final Map<String, Set<String>> ENGINE_ELEMENTS = [
        properties: [] as Set<String>,
        property: ['id', 'name', 'value'] as Set<String>,
        in: ['source', 'sourceExpression', 'target', 'businessKey', 'variables', 'local'] as Set<String>,
        out: ['source', 'sourceExpression', 'target', 'variables', 'local'] as Set<String>,
        inputOutput: [] as Set<String>,
        inputParameter: ['name'] as Set<String>,
        outputParameter: ['name'] as Set<String>,
        failedJobRetryTimeCycle: [] as Set<String>,
        executionListener: ['event', 'expression'] as Set<String>,
    ]
    static final Set<String> ENGINE_ATTRIBUTES = '''
        asyncBefore asyncAfter async exclusive assignee candidateUsers candidateGroups dueDate followUpDate priority
        formRef formRefBinding formRefVersion type topic taskPriority jobPriority
        historyTimeToLive isStartableInTasklist versionTag candidateStarterGroups candidateStarterUsers initiator
        resultVariable decisionRef decisionRefBinding decisionRefVersion decisionRefVersionTag mapDecisionResult
        calledElementBinding calledElementVersion calledElementVersionTag collection elementVariable
        errorCodeVariable errorMessageVariable errorMessage escalationCodeVariable variableName variableEvents
        modelerTemplate modelerTemplateVersion modelerTemplateIcon
    '''.split().toList() as Set<String>
    /** Looked up by the engine in any namespace, or ours to refuse in any. */
    static final Set<String> NEVER_FOREIGN = (ELEMENTS + ENGINE_ELEMENTS.keySet() + [
        'connector', 'script', 'taskListener', 'field', 'formData', 'potentialStarter', 'import',
    ]) as Set<String>
    /** What runs, by the name it has in the file. */
    static final Set<String> CODE = '''
        scriptTask script connector taskListener field class delegateExpression expression resource variableMappingClass
        variableMappingDelegateExpression formHandlerClass scriptFormat language
    '''.split().toList() as Set<String>

    private final BpmnParse parse
    private final boolean mayCount

    DiagramCheck(BpmnParse parse, boolean mayCount) {
        this.parse = parse
        this.mayCount = mayCount
    }

    void check(Element root) { look(root, null, '') }

    private void look(Element element, Element parent, String owner) {
        String id = element.attribute('id')
        String nearest = isBpmn(element) && id ? id : owner
        if (!isDiagram(element)) {
            judgeElement(element, parent, nearest)
            for (String key : element.attributes()) judgeAttribute(element, key, nearest)
        }
        for (String key : element.attributes()) judgeText(element, element.attribute(key), nearest)
        judgeText(element, element.getText(), nearest)
        for (Element child : element.elements()) {
            if (isDiagram(element)) lookAtDrawing(child, nearest) else look(child, element, nearest)
        }
    }

    /** Of what is drawn the engine reads numbers only. */
    private void lookAtDrawing(Element element, String owner) {
        for (String key : element.attributes()) judgeText(element, element.attribute(key), owner)
        judgeText(element, element.getText(), owner)
        for (Element child : element.elements()) lookAtDrawing(child, owner)
    }

    private void judgeElement(Element element, Element parent, String owner) {
        String tag = element.getTagName()
        if (CODE.contains(tag)) refuse('code', tag, element, owner)
        else if (isBpmn(element)) {
            boolean isMisplaced = parent != null && !isBpmn(parent) || parent != null && parent.getTagName() == 'extensionElements'
            if (!ELEMENTS.contains(tag) || isMisplaced) refuse('element', tag, element, owner)
        } else if (isEngine(element)) {
            boolean isInPlace = parent != null && (isEngine(parent) || isBox(parent))
            if (!ENGINE_ELEMENTS.containsKey(tag) || !isInPlace) refuse('element', tag, element, owner)
            else if (tag == 'executionListener' && !isCounter(element, parent)) refuse('code', tag, element, owner)
        } else if (NEVER_FOREIGN.contains(tag) || parent == null || isBpmn(parent) && !isBox(parent) || isEngine(parent)) {
            refuse('element', tag, element, owner)
        }
    }

    private void judgeAttribute(Element element, String key, String owner) {
        int cut = key.lastIndexOf(':')
        String space = cut < 0 ? '' : key.substring(0, cut)
        String name = key.substring(cut + 1)
        boolean isListening = element.getTagName() == 'executionListener'
        if (space == ACTIVITI) refuse('attribute', key, element, owner)
        else if (ENGINE.contains(space) || space == '' && isEngine(element)) {
            Set<String> allowed = ENGINE.contains(space) ? ENGINE_ATTRIBUTES : ENGINE_ELEMENTS.get(element.getTagName())
            if (CODE.contains(name) && !isListening) refuse('code', name, element, owner)
            else if (allowed != null && !allowed.contains(name)) refuse('attribute', name, element, owner)
            else if (ENGINE.contains(space) && name == 'type' && element.attribute(key) != 'external') {
                refuse('code', "type=${element.attribute(key)}", element, owner)
            }
        } else if (space == '' && isBpmn(element) && CODE.contains(name)) refuse('code', name, element, owner)
    }

    private void judgeText(Element element, String text, String owner) {
        String objection = Grammar.objection(text)
        if (objection == null || mayCount && element.getTagName() == 'executionListener' && text == CoverageExpression.TEXT) return
        refuse(objection, text.trim().take(200), element, owner)
    }

    /** The one listener there may be: on a sequence flow, our own counter. */
    private boolean isCounter(Element listener, Element box) {
        mayCount && isBox(box) && listener.attribute('event') == 'take' && listener.attribute('expression') == CoverageExpression.TEXT
    }

    private void refuse(String kind, Object what, Element element, String owner) {
        String message = "letterbox:${kind} ${what}"
        if (owner) parse.addError(message, element, owner) else parse.addError(message, element)
    }

    private static boolean isBox(Element element) { isBpmn(element) && element.getTagName() == 'extensionElements' }

    private static boolean isBpmn(Element element) { element.getUri() == BPMN }

    private static boolean isEngine(Element element) { ENGINE.contains(element.getUri()) }

    private static boolean isDiagram(Element element) { element.getUri() == DIAGRAM && element.getTagName() == 'BPMNDiagram' }
}
