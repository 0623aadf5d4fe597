// What may happen once happens once, also when a sender asks again while its first request is still on its way: held in the
// engine's own transaction, so it is true for several engines on one database (READ COMMITTED). A command is claimed by its
// id; a process of which a letter has one is looked for under a lock that lasts until the transaction ends.
import groovy.transform.CompileStatic
import jakarta.servlet.Filter
import jakarta.servlet.FilterChain
import jakarta.servlet.ServletRequest
import jakarta.servlet.ServletResponse
import jakarta.servlet.http.HttpServlet
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import java.sql.Connection
import java.sql.PreparedStatement
import java.sql.Timestamp
import java.time.Instant
import javax.sql.DataSource
import org.operaton.bpm.engine.ProcessEngineException
import org.operaton.bpm.engine.delegate.DelegateExecution
import org.operaton.bpm.engine.delegate.ExecutionListener
import org.operaton.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener
import org.operaton.bpm.engine.impl.cfg.AbstractProcessEnginePlugin
import org.operaton.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl
import org.operaton.bpm.engine.impl.interceptor.Command
import org.operaton.bpm.engine.impl.interceptor.CommandInterceptor
import org.operaton.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity
import org.operaton.bpm.engine.impl.util.xml.Element

/** Keeps the sender's id of the command while its request is worked on. */
@CompileStatic
class CommandIdFilter implements Filter {
    static final String HEADER = 'Letterbox-Command'
    static final ThreadLocal<String> CURRENT = new ThreadLocal<>()

    @Override
    void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {
        String id = ((HttpServletRequest) request).getHeader(HEADER)
        if (id) CURRENT.set(id)
        try { chain.doFilter(request, response) } finally { CURRENT.remove() }
    }
}

/** Our statements in the engine's transaction. A lock is waited for so long that the sender still gets an answer. */
@CompileStatic
class InTransaction {
    private static final String PATIENCE = "SELECT set_config('lock_timeout', ?, true)"
    private final ProcessEngineConfigurationImpl configuration

    InTransaction(ProcessEngineConfigurationImpl configuration) { this.configuration = configuration }

    /** Whether the statement found or changed a row. */
    boolean run(String sql, Object... values) {
        DataSource source = configuration.getDataSource()
        Connection connection = source.getConnection()
        try {
            statement(connection, PATIENCE, '10s')
            boolean hit = statement(connection, sql, values)
            statement(connection, PATIENCE, '0')
            return hit
        } finally { connection.close() }
    }

    private static boolean statement(Connection connection, String sql, Object... values) {
        PreparedStatement prepared = connection.prepareStatement(sql)
        try {
            values.eachWithIndex { Object value, int index -> prepared.setObject(index + 1, value) }
            boolean isQuery = prepared.execute()
            return isQuery ? prepared.getResultSet().next() : prepared.getUpdateCount() > 0
        } finally { prepared.close() }
    }
}

/** A command with an id takes effect once: the second is refused, after the first one's transaction if that still runs. */
@CompileStatic
class OnceInterceptor extends CommandInterceptor {
    static final Set<String> KINDS = [
        'StartProcessInstanceCmd', 'StartProcessInstanceAtActivitiesCmd', 'CompleteTaskCmd', 'CorrelateMessageCmd',
        'CorrelateAllMessageCmd',
    ] as Set<String>
    private static final String CLAIM = 'INSERT INTO letterbox_commands (id) VALUES (?) ON CONFLICT DO NOTHING'
    private final InTransaction database

    OnceInterceptor(InTransaction database) { this.database = database }

    <T> T execute(Command<T> command) {
        String id = CommandIdFilter.CURRENT.get()
        if (id != null && KINDS.contains(command.getClass().getSimpleName())) {
            CommandIdFilter.CURRENT.remove()
            if (!database.run(CLAIM, id)) throw new ProcessEngineException("letterbox:applied ${id}")
        }
        return next.execute(command)
    }
}

/** Processes of which a letter has one, or one for each value of a variable: the second start is refused. */
@CompileStatic
class OneOfEach extends AbstractBpmnParseListener {
    static final Map<String, String> TOLD_APART_BY = [
        LetterHandlingProcess: null, DeadlineWatchProcess: null, CoHandlingProcess: 'coUnit',
        SupervisionProcess: 'supervisionId', InstructionProcess: 'instructionId', PromiseProcess: 'promiseId',
    ] as Map<String, String>
    private final InTransaction database

    OneOfEach(InTransaction database) { this.database = database }

    @Override
    void parseProcess(Element element, ProcessDefinitionEntity process) {
        String key = process.getKey()
        if (TOLD_APART_BY.containsKey(key)) {
            process.addBuiltInListener(ExecutionListener.EVENTNAME_START, new AloneListener(database, key, TOLD_APART_BY.get(key)))
        }
    }
}

@CompileStatic
class AloneListener implements ExecutionListener {
    private static final String LOCK = 'SELECT pg_advisory_xact_lock(hashtextextended(?, 0))'
    private static final String RUNNING = '''
        SELECT 1 FROM act_ru_execution e WHERE e.business_key_ = ? AND e.parent_id_ IS NULL AND e.super_exec_ IS NULL
        AND coalesce(e.proc_def_key_, split_part(e.proc_def_id_, ':', 1)) = ? AND e.id_ <> ?'''
    private static final String WITH_ROW = '''
        AND EXISTS (SELECT 1 FROM act_ru_variable v WHERE v.proc_inst_id_ = e.id_ AND v.name_ = ?
        AND (v.text_ = ? OR v.long_::text = ?))'''
    private final InTransaction database
    private final String process
    private final String variable

    AloneListener(InTransaction database, String process, String variable) {
        this.database = database
        this.process = process
        this.variable = variable
    }

    void notify(DelegateExecution execution) {
        String letter = execution.getProcessBusinessKey()
        if (letter == null || execution.getSuperExecution() != null) return
        String row = variable == null ? '' : String.valueOf(execution.getVariable(variable))
        database.run(LOCK, "letterbox ${process} ${letter} ${row}".toString())
        List<Object> values = [(Object) letter, process, execution.getProcessInstanceId()]
        if (variable != null) values += [(Object) variable, row, row]
        boolean isRunning = database.run(variable == null ? RUNNING : RUNNING + WITH_ROW, values as Object[])
        if (isRunning) throw new ProcessEngineException("letterbox:running ${process} ${row}".trim())
    }
}

/**
 * DELETE ?before=<instant>&most=<number> forgets the ids of commands applied before that, so many at a time, and answers how
 * many. Only the sender knows which it may still repeat.
 */
class CommandsServlet extends HttpServlet {
    static volatile DataSource source

    @Override
    protected void doDelete(HttpServletRequest request, HttpServletResponse response) {
        def before = Timestamp.from(Instant.parse(request.getParameter('before')))
        def most = request.getParameter('most') as int
        def connection = source.connection
        try {
            def statement = connection.prepareStatement(
                'DELETE FROM letterbox_commands WHERE id IN (SELECT id FROM letterbox_commands WHERE at < ? LIMIT ?)')
            statement.setTimestamp(1, before)
            statement.setInt(2, most)
            response.contentType = 'application/json'
            response.writer << """{"forgotten": ${statement.executeUpdate()}}"""
        } finally { connection.close() }
    }
}

class Once extends AbstractProcessEnginePlugin {
    @Override
    void preInit(ProcessEngineConfigurationImpl configuration) {
        def database = new InTransaction(configuration)
        configuration.customPostCommandInterceptorsTxRequired =
            (configuration.customPostCommandInterceptorsTxRequired ?: []) + [new OnceInterceptor(database)]
        configuration.customPostBPMNParseListeners = (configuration.customPostBPMNParseListeners ?: []) + [new OneOfEach(database)]
    }

    /** The table of the commands applied, made at the first start; several engines may start at once. */
    @Override
    void postInit(ProcessEngineConfigurationImpl configuration) {
        def connection = configuration.dataSource.connection
        try {
            connection.autoCommit = false
            connection.createStatement().withCloseable { statement ->
                statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('letterbox_commands', 0))")
                statement.execute('CREATE TABLE IF NOT EXISTS letterbox_commands (id varchar(64) PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())')
                statement.execute('CREATE INDEX IF NOT EXISTS letterbox_commands_at ON letterbox_commands USING brin (at)')
            }
            connection.commit()
        } finally { connection.close() }
        CommandsServlet.source = configuration.dataSource
    }
}
