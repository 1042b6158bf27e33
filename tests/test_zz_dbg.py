from tests.services.test_events import *
def test_x(sqlite_app):
    from tests import factories
    from tracker.extensions import db
    from sqlalchemy import event as ev, inspect
    from sqlalchemy.orm import Session
    with sqlite_app.app_context():
        session=db.session
        factories.use(session)
        one,topic=OrganizationFactory(),TopicFactory()
        u=UserFactory()
        e=save_event(session,None,data(organizations={"organizer":[one]}),by=u); session.commit()
        print("v",e.version)
        @ev.listens_for(session,"before_flush",insert=True)
        def f(s,c,i):
            print("BF", [type(r).__name__ for r in s.dirty],[type(r).__name__ for r in s.new], inspect(e).attrs.topic_links.history)
        save_event(session,e,data(organizations={"organizer":[one]},topics=[topic]),by=u)
        print("v",e.version)
        assert 0
